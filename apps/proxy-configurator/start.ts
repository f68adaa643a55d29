import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { BusStrategy } from '#libs/bus/nest';
import type { Running } from '#libs/service';
import type { ProxyConfiguratorPorts } from './ports.ts';
import { ProxyConfiguratorModule } from './proxy-configurator.module.ts';
import { CONSUMER, ProxyConfigurator } from './proxy-configurator.ts';

/** Resolves when the log was read to its head, what was due in it is appended, and proxies are answered. */
export const startProxyConfigurator = async (ports: ProxyConfiguratorPorts): Promise<Running> => {
  const { feed, mail, turns } = ports;
  const strategy = new BusStrategy({ feed, mail, turns, consumer: CONSUMER, address: CONSUMER });
  const app = await NestFactory.createMicroservice(
    ProxyConfiguratorModule.with(ports, (isHalted) => strategy.takeTurns(!isHalted)),
    {
      strategy,
      logger: ['error', 'fatal'],
      abortOnError: false,
    },
  );
  const configurator = app.get(ProxyConfigurator);
  const close = async (): Promise<void> => {
    await app.close();
    await configurator.stop();
  };
  try {
    await app.listen();
    await configurator.start();
    return { ...configurator.condition, close };
  } catch (cause) {
    await close();
    throw new Error('start the proxy-configurator', { cause });
  }
};
