import { Controller, Inject } from '@nestjs/common';
import { EventPattern } from '@nestjs/microservices';
import type { FeedBatch } from '#libs/bus';
import { FEED } from '#libs/bus/nest';
import { DnsCentral } from '../dns-central.ts';

@Controller()
export class FeedController {
  readonly #dnsCentral: DnsCentral;

  constructor(@Inject(DnsCentral) dnsCentral: DnsCentral) {
    this.#dnsCentral = dnsCentral;
  }

  @EventPattern(FEED)
  take(batch: FeedBatch): Promise<void> {
    return this.#dnsCentral.take(batch);
  }
}
