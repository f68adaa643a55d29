import { Controller, Inject } from '@nestjs/common';
import { EventPattern } from '@nestjs/microservices';
import type { FeedBatch, TurnBatch } from '#libs/bus';
import { FEED, TURN } from '#libs/bus/nest';
import { ProxyConfigurator } from '../proxy-configurator.ts';

@Controller()
export class FeedController {
  readonly #configurator: ProxyConfigurator;

  constructor(@Inject(ProxyConfigurator) configurator: ProxyConfigurator) {
    this.#configurator = configurator;
  }

  @EventPattern(FEED)
  async take(batch: FeedBatch): Promise<void> {
    await this.#configurator.take(batch);
  }

  @EventPattern(TURN)
  async act(batch: TurnBatch): Promise<void> {
    await this.#configurator.act(batch);
  }
}
