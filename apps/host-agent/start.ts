import 'reflect-metadata';
import { NestFactory } from '@nestjs/core';
import { Feed, type Subscription } from '#libs/bus';
import { BusStrategy } from '#libs/bus/nest';
import { Agent, type AgentOptions } from './agent.ts';
import { DockerEngine } from './docker/engine.ts';
import { HostAgentModule } from './host-agent.module.ts';
import { NETWORK } from './network/bridge.ts';
import { LinuxSockets } from './network/linux-sockets.ts';
import { LinuxMachine } from './reboot/linux-machine.ts';
import { LocalDisk } from './state/whole-file.ts';

export interface HostAgentPorts extends Omit<AgentOptions, 'engine' | 'disk' | 'sockets' | 'machine'> {
  /** Made from the settings where it is not given. */
  readonly engine?: DockerEngine;
}

/** Closing ends the agent alone: containers, proxy and resolver go on. */
export const startHostAgent = async (ports: HostAgentPorts): Promise<{ close(): Promise<void> }> => {
  const { mail, settings, clock, report } = ports;
  const engine = ports.engine ?? new DockerEngine({ socket: settings.engineSocket, host: settings.host, network: NETWORK, clock, report });
  const strategy = new BusStrategy({ feed: new NoFeed(), mail, consumer: 'host-agent', address: `host/${settings.host}` });
  const own = { engine, disk: new LocalDisk(), sockets: new LinuxSockets(clock), machine: new LinuxMachine(settings.rebootCommand) };
  const module = HostAgentModule.with({ ...ports, ...own, proxy: settings.proxy ? ports.proxy : null });
  const app = await NestFactory.createMicroservice(module, { strategy, logger: ['error', 'fatal'], abortOnError: false });
  const agent = app.get(Agent);
  try {
    await agent.prepare();
    await app.listen();
  } catch (cause) {
    await app.close();
    throw new Error(`start the agent of host ${settings.host}`, { cause });
  }
  agent.start();
  return {
    close: async () => {
      await agent.stop();
      await app.close();
    },
  };
};

/** An agent knows mail alone. */
class NoFeed extends Feed {
  subscribe(): Promise<Subscription> {
    return Promise.reject(new Error('subscribe to the feed: an agent has none'));
  }
}
