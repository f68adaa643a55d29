import { Controller, Inject } from '@nestjs/common';
import { EventPattern } from '@nestjs/microservices';
import type { FeedBatch, TurnBatch } from '#libs/bus';
import { FEED, TURN } from '#libs/bus/nest';
import { Reactor } from '#libs/event-log/react';

@Controller()
export class FeedController {
  readonly #reactor: Reactor;

  constructor(@Inject(Reactor) reactor: Reactor) {
    this.#reactor = reactor;
  }

  @EventPattern(FEED)
  async take({ events }: FeedBatch): Promise<void> {
    await this.#reactor.take(events);
  }

  @EventPattern(TURN)
  async act({ events }: TurnBatch): Promise<void> {
    await this.#reactor.act(events);
  }
}
