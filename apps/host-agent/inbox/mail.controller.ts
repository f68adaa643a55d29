import { Controller, Inject } from '@nestjs/common';
import { EventPattern, Payload } from '@nestjs/microservices';
import { MAIL } from '#libs/bus/nest';
import type { MailMessage } from '#libs/contracts';
import { Agent } from '../agent.ts';

@Controller()
export class MailController {
  readonly #agent: Agent;

  constructor(@Inject(Agent) agent: Agent) {
    this.#agent = agent;
  }

  @EventPattern(MAIL)
  take(@Payload() message: MailMessage): Promise<void> {
    return this.#agent.take(message);
  }
}
