import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { Rethrow } from '#libs/bus/nest';
import { FeedController } from './inbox/feed.controller.ts';
import { MailController } from './inbox/mail.controller.ts';
import type { SchedulerPorts } from './ports.ts';
import { Scheduler } from './scheduler.ts';

@Module({})
export class SchedulerModule {
  static with(ports: SchedulerPorts, onHalted: (isHalted: boolean) => void): DynamicModule {
    return {
      module: SchedulerModule,
      controllers: [FeedController, MailController],
      providers: [
        { provide: Scheduler, useFactory: () => new Scheduler(ports, onHalted) },
        { provide: APP_FILTER, useClass: Rethrow },
      ],
    };
  }
}
