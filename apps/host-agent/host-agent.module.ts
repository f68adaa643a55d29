import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { Rethrow } from '#libs/bus/nest';
import { Agent, type AgentOptions } from './agent.ts';
import { MailController } from './inbox/mail.controller.ts';

@Module({})
export class HostAgentModule {
  static with(options: AgentOptions): DynamicModule {
    return {
      module: HostAgentModule,
      controllers: [MailController],
      providers: [
        { provide: Agent, useFactory: () => new Agent(options) },
        { provide: APP_FILTER, useClass: Rethrow },
      ],
    };
  }
}
