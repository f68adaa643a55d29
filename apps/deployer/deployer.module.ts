import { type DynamicModule, Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { Rethrow } from '#libs/bus/nest';
import { rolloutDue } from '#libs/domain/rollout';
import { Reactor } from '#libs/event-log/react';
import { FeedController } from './inbox/feed.controller.ts';
import type { DeployerPorts } from './ports.ts';

export const CONSUMER = 'deployer';

@Module({})
export class DeployerModule {
  static with({ log, clock, ids, report }: DeployerPorts): DynamicModule {
    return {
      module: DeployerModule,
      controllers: [FeedController],
      providers: [
        { provide: Reactor, useFactory: () => new Reactor({ log, clock, ids, report, consumer: CONSUMER, due: rolloutDue }) },
        { provide: APP_FILTER, useFactory: () => new Rethrow() },
      ],
    };
  }
}
