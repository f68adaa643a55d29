import { Controller, Inject } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { FORGED, MAIL } from '#libs/bus/nest';
import type { HostId, MailMessage } from '#libs/contracts';
import { Scheduler } from '../scheduler.ts';

@Controller()
export class MailController {
  readonly #scheduler: Scheduler;

  constructor(@Inject(Scheduler) scheduler: Scheduler) {
    this.#scheduler = scheduler;
  }

  @EventPattern(MAIL)
  async receive(@Payload() message: MailMessage): Promise<void> {
    await this.#scheduler.receive(message);
  }

  @EventPattern(FORGED)
  refuse(@Payload() sender: HostId): void {
    this.#scheduler.refuse(sender);
  }
}
