import { Controller, Inject } from '@nestjs/common';
import { EventPattern } from '@nestjs/microservices';
import { MAIL } from '#libs/bus/nest';
import type { MailMessage } from '#libs/contracts';
import { ProxyConfigurator } from '../proxy-configurator.ts';

@Controller()
export class MailController {
  readonly #configurator: ProxyConfigurator;

  constructor(@Inject(ProxyConfigurator) configurator: ProxyConfigurator) {
    this.#configurator = configurator;
  }

  /** Mail that is not for this service is dropped. */
  @EventPattern(MAIL)
  receive(message: MailMessage): void {
    if (message.type === 'StateWanted') this.#configurator.answer(message.host);
  }
}
