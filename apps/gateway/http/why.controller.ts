import { Controller, Get, Inject, Param } from '@nestjs/common';
import type { Why as WhyAnswer } from '#libs/contracts';
import { checkId, Why } from '../why/why.ts';
import { HttpProblem } from './problem.ts';

@Controller('v1/why')
export class WhyController {
  readonly #why: Why;

  constructor(@Inject(Why) why: Why) {
    this.#why = why;
  }

  @Get(':id')
  async get(@Param('id') id: string): Promise<WhyAnswer> {
    const answer = await this.#why.of(checkId(id));
    if (!answer) throw new HttpProblem(404, 'not-found', `no event, container or deployment is called ${id}`);
    return answer;
  }
}
