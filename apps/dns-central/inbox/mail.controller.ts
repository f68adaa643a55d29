import { Controller, Inject } from '@nestjs/common';
import { EventPattern } from '@nestjs/microservices';
import { MAIL } from '#libs/bus/nest';
import type { MailMessage } from '#libs/contracts';
import { DnsCentral } from '../dns-central.ts';

@Controller()
export class MailController {
  readonly #dnsCentral: DnsCentral;

  constructor(@Inject(DnsCentral) dnsCentral: DnsCentral) {
    this.#dnsCentral = dnsCentral;
  }

  @EventPattern(MAIL)
  receive(message: MailMessage): void {
    if (message.type === 'StateWanted') this.#dnsCentral.answer(message);
  }
}
