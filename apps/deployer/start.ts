import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { BusStrategy } from '#libs/bus/nest';
import { conditionOf, Reactor } from '#libs/event-log/react';
import type { Running } from '#libs/service';
import { CONSUMER, DeployerModule } from './deployer.module.ts';
import type { DeployerPorts } from './ports.ts';

/** Decides when it resolves: the log was read to its head, and what was due in it is appended. */
export const startDeployer = async (ports: DeployerPorts): Promise<Running> => {
  const { feed, mail, turns } = ports;
  const strategy = new BusStrategy({ feed, mail, turns, consumer: CONSUMER });
  const app = await NestFactory.createMicroservice(
    DeployerModule.with(ports, (isHalted) => strategy.takeTurns(!isHalted)),
    {
      strategy,
      logger: ['error', 'fatal'],
      abortOnError: false,
    },
  );
  const reactor = app.get(Reactor);
  const close = async (): Promise<void> => {
    await app.close();
    await reactor.stop();
  };
  try {
    await app.listen();
    await reactor.start();
    return { ...conditionOf(reactor), close };
  } catch (cause) {
    await close();
    throw new Error('start the deployer', { cause });
  }
};
