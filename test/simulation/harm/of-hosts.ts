import type { HostMachine } from '../host/host-machine.ts';
import { TAGS } from '../plan/tags.ts';
import type { Chance } from '../world/chance.ts';
import { type Harm, nothing, onHost, setting } from './harm.ts';

const agentAgain = (machine: HostMachine) => (): void => {
  if (machine.agent === null) machine.startAgent();
};

const runningOf = (machine: HostMachine, chance: Chance) => {
  const running = [...machine.engine.containers.values()].filter(({ state }) => state === 'running');
  return running.length > 0 ? chance.pick(running) : null;
};

/** What befalls a host: its links, agent, disk, engine, containers, proxy and clock. */
export const HOST_HARMS = {
  'cut a host off': onHost(({ host }, { control: { office }, chance }) => {
    const way = chance.pick(['both', 'deaf', 'mute'] as const);
    if (way !== 'mute') office.deaf.add(host);
    if (way !== 'deaf') office.mute.add(host);
    return () => {
      office.deaf.delete(host);
      office.mute.delete(host);
    };
  }),
  /** Only the network between them and the control plane is to blame. */
  'cut the fleet off': ({ control: { office }, machines, chance }) => {
    const hosts = [...machines.values()].map(({ host }) => host).filter(() => chance.happens(0.9));
    for (const host of hosts) office.mute.add(host);
    return () => {
      for (const host of hosts) office.mute.delete(host);
    };
  },
  /** Of its silence nobody knows how much was ours. */
  'cut a host off while nobody listens': onHost(({ host }, { control, chance, loop }) => {
    control.office.mute.add(host);
    const listen = control.freezeAll('scheduler');
    const waking = loop.after(chance.between(8000, 40_000), listen);
    return () => {
      waking.cancel();
      listen();
      control.office.mute.delete(host);
    };
  }),
  'lose a host for good': onHost((machine, { machines }) => {
    const isLast = [...machines.values()].filter(({ isGone }) => !isGone).length < 2;
    if (!isLast) machine.vanish();
    return nothing;
  }),
  'kill an agent': onHost((machine) => {
    machine.killAgent();
    return agentAgain(machine);
  }),
  'freeze an agent': onHost(({ agent }) => {
    agent?.pause();
    return () => agent?.resume();
  }),
  /** As when a machine was copied while it ran: the first one wakes up beside the second, and both act. */
  'start a second agent': onHost((machine, { loop, chance }) => {
    const first = machine.agent;
    first?.pause();
    machine.startAgent();
    machine.rivals++;
    const waking = loop.after(chance.between(1000, 10_000), () => first?.resume());
    return () => {
      machine.rivals--;
      waking.cancel();
      first?.kill();
    };
  }),
  'crash a host': onHost((machine) => {
    machine.crash();
    return agentAgain(machine);
  }),
  "give an agent yesterday's disk": onHost((machine) => {
    machine.killAgent();
    machine.disk.goBack();
    return agentAgain(machine);
  }),
  /** Its agent says so and does not start, until somebody removes the file. */
  'tear a file of an agent': onHost((machine, { chance }) => {
    machine.killAgent();
    const mend = machine.disk.tear(chance);
    machine.startAgent();
    return mend;
  }),
  'give a host other tags': onHost((machine, { chance }) => {
    machine.tags = TAGS.filter(() => chance.happens(0.5));
    machine.killAgent();
    machine.startAgent();
    return nothing;
  }),
  'take an engine away': onHost(({ engine }) => {
    engine.isAway = true;
    return () => {
      engine.isAway = false;
      engine.changed();
    };
  }),
  'spoil calls of an engine': onHost(({ engine }) =>
    setting(engine, { failures: 0.15, lostReplies: 0.15, slowness: 800 }, { failures: 0, lostReplies: 0, slowness: 20 }),
  ),
  'slow an engine down': onHost(({ engine }) => setting(engine, { slowness: 8000 }, { slowness: 20 })),
  'fail pulls': onHost(({ engine }) => setting(engine, { arePullsFailing: true }, { arePullsFailing: false })),
  'show ghosts': onHost(({ engine }) => {
    engine.haunt();
    return () => engine.exorcise();
  }),
  'end a container': onHost((machine, { chance }) => {
    const container = runningOf(machine, chance);
    if (container) machine.engine.end(container, { exitCode: 137 });
    return nothing;
  }),
  'run a container out of memory': onHost((machine, { chance }) => {
    const container = runningOf(machine, chance);
    if (container) machine.engine.end(container, { exitCode: 137, oom: true });
    return nothing;
  }),
  'remove a container by hand': onHost((machine, { chance }) => {
    const container = runningOf(machine, chance);
    if (container) machine.engine.removeByHand(container);
    return nothing;
  }),
  'refuse drafts': onHost((machine) => setting(machine, { refuses: 0.5 }, { refuses: 0 })),
  'silence a proxy': onHost((machine) => setting(machine, { isProxySilent: true }, { isProxySilent: false })),
  'set the clock of a host': onHost(({ time }, { chance }) => {
    time.jumped += chance.between(-600_000, 600_000);
    return nothing;
  }),
} as const satisfies Readonly<Record<string, Harm>>;
