import { Controller, Get, Header, Inject, Param } from '@nestjs/common';
import { Attachments } from '#libs/event-log';
import { HttpProblem } from './problem.ts';

@Controller('v1/attachments')
export class AttachmentsController {
  readonly #attachments: Attachments;

  constructor(@Inject(Attachments) attachments: Attachments) {
    this.#attachments = attachments;
  }

  /** What a container wrote is not ours: a browser must take it for nothing but text. */
  @Get(':sha256')
  @Header('content-type', 'text/plain; charset=utf-8')
  @Header('x-content-type-options', 'nosniff')
  async get(@Param('sha256') sha256: string): Promise<string> {
    const text = /^[0-9a-f]{64}$/.test(sha256) ? await this.#attachments.fetch(sha256) : null;
    if (text === null) throw new HttpProblem(404, 'not-found', 'no attachment has this sha256, or it expired');
    return text;
  }
}
