import { Controller, Inject, UseFilters } from '@nestjs/common';
import { EventPattern } from '@nestjs/microservices';
import type { FeedBatch } from '#libs/bus';
import { FEED, Rethrow } from '#libs/bus/nest';
import { ViewRunner } from '#libs/event-log/views';

@Controller()
@UseFilters(new Rethrow())
export class FeedController {
  readonly #runner: ViewRunner;

  constructor(@Inject(ViewRunner) runner: ViewRunner) {
    this.#runner = runner;
  }

  @EventPattern(FEED)
  async take({ events }: FeedBatch): Promise<void> {
    await this.#runner.take(events);
  }
}
