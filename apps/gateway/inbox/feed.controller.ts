import { Controller, Inject, UseFilters } from '@nestjs/common';
import { EventPattern } from '@nestjs/microservices';
import type { FeedBatch } from '#libs/bus';
import { FEED, Rethrow } from '#libs/bus/nest';
import { ViewRunner } from '#libs/event-log/views';
import { History } from '../history/history.ts';

@Controller()
@UseFilters(new Rethrow())
export class FeedController {
  readonly #runner: ViewRunner;
  readonly #history: History;

  constructor(@Inject(ViewRunner) runner: ViewRunner, @Inject(History) history: History) {
    this.#runner = runner;
    this.#history = history;
  }

  @EventPattern(FEED)
  async take({ events }: FeedBatch): Promise<void> {
    this.#history.hear(events);
    await this.#runner.take(events);
  }
}
