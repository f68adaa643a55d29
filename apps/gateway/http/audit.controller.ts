import { Controller, Get, Inject, Query } from '@nestjs/common';
import { type AuditAnswer, anchorOf } from '#libs/contracts';
import { Audit } from '../audit/audit.ts';
import { HttpProblem } from './problem.ts';

@Controller('v1/audit')
export class AuditController {
  readonly #audit: Audit;

  constructor(@Inject(Audit) audit: Audit) {
    this.#audit = audit;
  }

  @Get()
  async verify(@Query('anchor') given: string | readonly string[] = []): Promise<AuditAnswer> {
    const anchors = [given].flat().map((text) => {
      const anchor = anchorOf(text);
      if (!anchor)
        throw new HttpProblem(400, 'bad-request', `anchor ${text}: write it as incarnation.position:hash, as an audit prints it`);
      return anchor;
    });
    return this.#audit.verify(anchors);
  }
}
