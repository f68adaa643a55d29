import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import type { MicroserviceOptions } from '@nestjs/microservices';
import { BusStrategy } from '#libs/bus/nest';
import type { SchedulerPorts } from './ports.ts';
import { SchedulerModule } from './scheduler.module.ts';
import { Scheduler } from './scheduler.ts';

/** Listens first, then reads the log: what is appended in between is met twice and folded once. */
export const startScheduler = async (ports: SchedulerPorts): Promise<{ close(): Promise<void> }> => {
  const { feed, mail } = ports;
  const app = await NestFactory.createMicroservice<MicroserviceOptions>(SchedulerModule.with(ports), {
    strategy: new BusStrategy({ feed, mail, consumer: 'scheduler', address: 'scheduler' }),
    logger: ['error', 'warn'],
  });
  await app.listen();
  const scheduler = app.get(Scheduler);
  await scheduler.start();
  return {
    close: async () => {
      await app.close();
      await scheduler.stop();
    },
  };
};
