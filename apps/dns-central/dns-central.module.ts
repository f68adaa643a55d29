import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { Rethrow } from '#libs/bus/nest';
import { DnsCentral, type DnsCentralPorts } from './dns-central.ts';
import { FeedController } from './inbox/feed.controller.ts';
import { MailController } from './inbox/mail.controller.ts';

@Module({})
export class DnsCentralModule {
  static with(ports: DnsCentralPorts): DynamicModule {
    return {
      module: DnsCentralModule,
      controllers: [FeedController, MailController],
      providers: [
        { provide: DnsCentral, useFactory: () => new DnsCentral(ports) },
        { provide: APP_FILTER, useClass: Rethrow },
      ],
    };
  }
}
