import { Body, Controller, HttpCode, Inject, Post } from '@nestjs/common';
import { type PlanBody, type PlanView, planBody } from '#libs/contracts';
import { Plans } from '../plan/plans.ts';

@Controller('v1/plans')
export class PlansController {
  readonly #plans: Plans;

  constructor(@Inject(Plans) plans: Plans) {
    this.#plans = plans;
  }

  /** Makes nothing that anybody could find again: hence no 201. */
  @Post()
  @HttpCode(200)
  plan(@Body({ schema: planBody }) body: PlanBody): Promise<PlanView> {
    return this.#plans.plan(body);
  }
}
