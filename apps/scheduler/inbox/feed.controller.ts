import { Controller, Inject } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import type { FeedBatch, TurnBatch } from '#libs/bus';
import { FEED, TURN } from '#libs/bus/nest';
import { Scheduler } from '../scheduler.ts';

@Controller()
export class FeedController {
  readonly #scheduler: Scheduler;

  constructor(@Inject(Scheduler) scheduler: Scheduler) {
    this.#scheduler = scheduler;
  }

  @EventPattern(FEED)
  async take(@Payload() { events }: FeedBatch): Promise<void> {
    await this.#scheduler.take(events);
  }

  @EventPattern(TURN)
  async act(@Payload() { events }: TurnBatch): Promise<void> {
    await this.#scheduler.act(events);
  }
}
