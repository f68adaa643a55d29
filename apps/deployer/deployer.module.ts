import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { Rethrow } from '#libs/bus/nest';
import { rolloutDue } from '#libs/domain/rollout';
import { Reactor, type ReactorOptions } from '#libs/event-log/react';
import { FeedController } from './inbox/feed.controller.ts';
import type { DeployerPorts } from './ports.ts';

export const CONSUMER = 'deployer';

@Module({})
export class DeployerModule {
  static with(ports: DeployerPorts, onHalted: (isHalted: boolean) => void): DynamicModule {
    const acts = ports.turns ? 'in turn' : 'on feed';
    const options: ReactorOptions = { ...ports, acts, onHalted, consumer: CONSUMER, due: rolloutDue };
    return {
      module: DeployerModule,
      controllers: [FeedController],
      providers: [
        { provide: Reactor, useFactory: () => new Reactor(options) },
        { provide: APP_FILTER, useFactory: () => new Rethrow() },
      ],
    };
  }
}
