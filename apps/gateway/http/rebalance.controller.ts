import { Body, Controller, Get, HttpCode, Inject, Post, Query } from '@nestjs/common';
import type { z } from 'zod';
import { type RebalanceBody, type RebalanceView, rebalanceBody, stackName, USUAL_MOVES } from '#libs/contracts';
import { Rebalancing } from '../rebalance/rebalancing.ts';
import { OPERATOR } from './front-door.ts';
import { addressQuery, limit } from './parameters.ts';

const rebalanceQuery = addressQuery({ max: limit(1000, USUAL_MOVES), stack: stackName.optional() });

@Controller('v1/rebalance')
export class RebalanceController {
  readonly #rebalancing: Rebalancing;

  constructor(@Inject(Rebalancing) rebalancing: Rebalancing) {
    this.#rebalancing = rebalancing;
  }

  @Get()
  plan(@Query({ schema: rebalanceQuery }) query: z.infer<typeof rebalanceQuery>): Promise<RebalanceView> {
    return this.#rebalancing.plan(query);
  }

  @Post()
  @HttpCode(202)
  apply(@Body({ schema: rebalanceBody }) body: RebalanceBody): Promise<RebalanceView> {
    return this.#rebalancing.apply(body, OPERATOR);
  }
}
