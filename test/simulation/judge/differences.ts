import type { StackName } from '#libs/contracts';
import { containersOf, stackOf, type World } from '#libs/domain/stack';
import type { HostMachine } from '../host/host-machine.ts';

interface Ends {
  readonly hosts: readonly HostMachine[];
  /** The log lost events: what they told of is kept and told, and nobody's. */
  readonly mayHaveStrangers: boolean;
}

/** What still differs between what the log wants and what there is, in words. Empty: the world is at rest. */
export function* differences(world: World, { hosts, mayHaveStrangers }: Ends): Iterable<string> {
  const names = new Set<string>();
  for (const stack of stacksOf(world)) {
    const state = stackOf(world, stack);
    if (state.requests.length > 0) yield `stack ${stack} has a request that is no version yet`;
    if (state.running !== null) yield `stack ${stack} still deploys ${state.running}`;
    if (state.queue.length > 0) yield `stack ${stack} still has a queue`;
    for (const { version, status } of Object.values(state.versions))
      if (status === 'superseded') yield `version ${version} of ${stack} is not retired yet`;
    for (const { container, host, retired, status, version } of containersOf(state)) {
      names.add(container);
      if (retired !== null) yield `${container} is retired and not released`;
      else if (version !== state.promoted) yield `${container} lives, of a version that is not promoted`;
      else if (status !== 'healthy') yield `${container} is ${status}`;
      else if (!isRunning(hosts, host, container)) yield `${container} does not run on ${host}`;
    }
    for (const { host, live } of hosts) {
      const wanted = state.doors?.generation.position ?? null;
      const served = live.get(stack)?.generation.position ?? null;
      if (wanted !== served) yield `the proxy of ${host} serves ${served} for ${stack}, not ${wanted}`;
      const told = state.doorsServed.get(host)?.generation.position ?? null;
      if (wanted !== null && told !== wanted)
        yield `the log knows that the proxy of ${host} serves ${told} for ${stack}, not that it serves ${wanted}`;
      const known = state.namesServed.get(host)?.generation.position ?? 0;
      if (known < state.names.position) yield `the names of ${host} stand at ${known} for ${stack}, not at ${state.names.position}`;
    }
  }
  for (const { host, engine } of hosts) {
    if (engine.due > 0) yield `a container of ${host} will change by itself`;
    for (const name of engine.containers.keys())
      if (!names.has(name) && !mayHaveStrangers) yield `${name} is on ${host} and nobody wants it`;
  }
}

const stacksOf = (world: World): readonly StackName[] => [...world.stacks.keys()];

const isRunning = (hosts: readonly HostMachine[], host: string, container: string): boolean =>
  hosts.some((machine) => machine.host === host && machine.engine.containers.get(container as never)?.state === 'running');
