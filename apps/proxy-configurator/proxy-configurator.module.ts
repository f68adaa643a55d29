import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { Rethrow } from '#libs/bus/nest';
import { FeedController } from './inbox/feed.controller.ts';
import { MailController } from './inbox/mail.controller.ts';
import type { ProxyConfiguratorPorts } from './ports.ts';
import { ProxyConfigurator } from './proxy-configurator.ts';

@Module({})
export class ProxyConfiguratorModule {
  static with(ports: ProxyConfiguratorPorts, onHalted: (isHalted: boolean) => void): DynamicModule {
    return {
      module: ProxyConfiguratorModule,
      controllers: [FeedController, MailController],
      providers: [
        { provide: ProxyConfigurator, useFactory: () => new ProxyConfigurator(ports, onHalted) },
        { provide: APP_FILTER, useFactory: () => new Rethrow() },
      ],
    };
  }
}
