import { Body, Controller, Inject, Post } from '@nestjs/common';
import { type IncarnationBegun, type IncarnationBody, incarnationBody } from '#libs/contracts';
import { Incarnations } from '../platform/incarnations.ts';
import { OPERATOR } from './front-door.ts';
import { HttpProblem } from './problem.ts';

@Controller('v1/platform/incarnation')
export class IncarnationController {
  readonly #incarnations: Incarnations;

  constructor(@Inject(Incarnations) incarnations: Incarnations) {
    this.#incarnations = incarnations;
  }

  @Post()
  async raise(@Body({ schema: incarnationBody }) { reason }: IncarnationBody): Promise<IncarnationBegun> {
    const begun = await this.#incarnations.raise(reason, OPERATOR);
    if (!begun) throw new HttpProblem(409, 'conflict', 'the incarnation was raised by somebody else in this moment: once is enough');
    return begun;
  }
}
