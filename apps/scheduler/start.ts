import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import type { MicroserviceOptions } from '@nestjs/microservices';
import { BusStrategy } from '#libs/bus/nest';
import type { Running } from '#libs/service';
import type { SchedulerPorts } from './ports.ts';
import { SchedulerModule } from './scheduler.module.ts';
import { Scheduler } from './scheduler.ts';

/** Listens first, then reads the log: what is appended in between is met twice and folded once. */
export const startScheduler = async (ports: SchedulerPorts): Promise<Running> => {
  const { feed, mail, turns } = ports;
  const strategy = new BusStrategy({ feed, mail, turns, consumer: 'scheduler', address: 'scheduler' });
  const app = await NestFactory.createMicroservice<MicroserviceOptions>(
    SchedulerModule.with(ports, (isHalted) => strategy.takeTurns(!isHalted)),
    {
      strategy,
      logger: ['error', 'warn'],
      abortOnError: false,
    },
  );
  const scheduler = app.get(Scheduler);
  const close = async (): Promise<void> => {
    await app.close();
    await scheduler.stop();
  };
  try {
    await app.listen();
    await scheduler.start();
    return { ...scheduler.condition, close };
  } catch (cause) {
    await close();
    throw new Error('start the scheduler', { cause });
  }
};
