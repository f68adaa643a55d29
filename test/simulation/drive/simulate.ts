import type { DeployBody, StackName } from '#libs/contracts';
import { emptyWorld, evolveWorld, type World } from '#libs/domain/stack';
import { checkInvariants } from '#libs/testing/invariants';
import { Deployments } from '../../../apps/gateway/deploy/deployments.ts';
import { ControlPlane } from '../control/control-plane.ts';
import { SimulatedLog } from '../control/simulated-log.ts';
import { HostMachine } from '../host/host-machine.ts';
import { Chance } from '../world/chance.ts';
import { SimulatedIds } from '../world/ids.ts';
import { Loop } from '../world/loop.ts';
import { Process } from '../world/process.ts';
import { Trace } from '../world/trace.ts';
import { differences } from './converged.ts';
import { Nemesis } from './nemesis.ts';
import { Traffic } from './traffic.ts';
import { wishOf } from './wishes.ts';

export interface Outcome {
  readonly seed: number;
  /** Each begins with the invariant that was broken, or `end` where the world did not come to rest. */
  readonly violations: readonly string[];
  readonly hash: string;
  readonly events: number;
  readonly requests: number;
  readonly failedRequests: number;
  readonly questions: number;
  readonly virtualMs: number;
  readonly marks: ReadonlySet<string>;
  readonly lines: readonly string[];
  readonly harms: readonly string[];
}

const STACKS = ['shop', 'blog', 'wiki'] as StackName[];
const HARM_MS = 90_000;
/** Everything must have come to rest so long after the last harm. */
const REST_MS = 900_000;
const LOOK_MS = 5000;

/** Lives one world: the same seed gives the same life. `keeps`: with the lines of its trace. */
export const simulate = async (seed: number, keeps = false): Promise<Outcome> => {
  const loop = new Loop();
  const trace = new Trace(loop, keeps);
  const chanceFor = (concern: string): Chance => new Chance(seed, concern);
  const idsFor = (concern: string): SimulatedIds => new SimulatedIds(chanceFor(`ids ${concern}`));
  const violations = new Set<string>();
  const shape = chanceFor('shape');
  const control = new ControlPlane({ loop, trace, chanceFor, idsFor, replicas: shape.between(1, 2) });
  const hosts: HostMachine[] = [];
  const isReadyAt = (address: string): boolean =>
    hosts.some(({ engine }) => {
      const container = engine.at(address);
      return container !== undefined && engine.isReady(container);
    });
  const { office } = control;
  for (let number = 1; number <= shape.between(1, 4); number++)
    hosts.push(new HostMachine(number, { loop, office, trace, isReadyAt, ids: idsFor, chance: chanceFor(`host ${number}`) }));
  const accuse = (invariant: string, message: string): void => {
    violations.add(`${invariant}: ${message} (at ${loop.now} ms)`);
    trace.say('checker', `${invariant}: ${message}`);
  };
  const promoted = new Set<string>();
  control.server.store.onAppended(() => void tellNew(control, trace, promoted));
  control.start();
  for (const host of hosts) host.startAgent([]);
  const nemesis = new Nemesis({ loop, trace, control, hosts, chance: chanceFor('nemesis') });
  const traffic = new Traffic({
    loop,
    hosts,
    trace,
    accuse,
    chance: chanceFor('traffic'),
    calmSince: () => nemesis.calmSince,
    wasPromoted: (stack, version) => promoted.has(`${stack}@${version}`),
  });
  traffic.start();
  workload(control, loop, chanceFor('workload'), idsFor('gateway'), trace);

  await loop.runUntil(HARM_MS, () => violations.size > 0);
  nemesis.heal();
  let left = ['not looked yet'];
  while (violations.size === 0 && left.length > 0 && loop.now < HARM_MS + REST_MS) {
    await loop.runUntil(loop.now + LOOK_MS, () => violations.size > 0);
    left = [...differences(await foldAll(control), hosts)];
  }
  for (const difference of left) if (violations.size === 0) accuse('end', difference);
  if (violations.size === 0) await checkRest(loop, hosts, accuse);
  const log = await allEvents(control);
  traffic.judge(log);
  for (const { invariant, message, position } of checkInvariants(log)) violations.add(`${invariant}: ${message} (at position ${position})`);
  const present = new Set(log.map(({ position }) => position));
  for (const position of control.server.acknowledged)
    if (!present.has(position)) violations.add(`I8: position ${position} was acknowledged and is not in the log`);
  return {
    ...{ seed, violations: [...violations], events: log.length, requests: traffic.requests, failedRequests: traffic.failed },
    ...{
      questions: traffic.questions,
      virtualMs: loop.now,
      marks: trace.marks,
      lines: trace.lines,
      harms: nemesis.kinds,
      hash: trace.digest(),
    },
  };
};

/** I11: at rest, what hosts should be is told again and again, and no call changes anything. */
const checkRest = async (
  loop: Loop,
  hosts: readonly HostMachine[],
  accuse: (invariant: string, message: string) => void,
): Promise<void> => {
  const before = hosts.map(({ engine }) => engine.mutations);
  await loop.runUntil(loop.now + 12_000);
  hosts.forEach(({ host, engine }, index) => {
    if (engine.mutations !== before[index]) accuse('I11', `${host} changed something though everything was at rest`);
  });
};

const told = new WeakMap<ControlPlane, number>();

const tellNew = async (control: ControlPlane, trace: Trace, promoted: Set<string>): Promise<void> => {
  const after = told.get(control) ?? 0;
  const events = (await control.server.store.read({ after, limit: 1000 })).filter(({ position }) => position > (told.get(control) ?? 0));
  for (const event of events) {
    told.set(control, event.position);
    trace.say('log', `${event.position} ${event.stream} ${event.type} ${JSON.stringify(event.data)}`);
    trace.sometimes(`event: ${event.type}`);
    if (event.type === 'VersionPromoted') promoted.add(`${event.data.stack}@${event.data.version}`);
  }
};

const allEvents = async (control: ControlPlane) => {
  const events = [];
  for (;;) {
    const more = await control.server.store.read({ after: events.at(-1)?.position ?? 0, limit: 1000 });
    events.push(...more);
    if (more.length < 1000) return events;
  }
};

const foldAll = async (control: ControlPlane): Promise<World> => (await allEvents(control)).reduce(evolveWorld, emptyWorld);

/** Asks for deployments now and then, as several people would. */
const workload = (control: ControlPlane, loop: Loop, chance: Chance, ids: SimulatedIds, trace: Trace): void => {
  const stacks = STACKS.slice(0, chance.between(1, STACKS.length));
  const gateway = new Process('gateway', loop);
  const deployments = new Deployments({ log: new SimulatedLog(gateway, control.server), seals: control.seals, ids });
  const count = chance.between(2, 8);
  for (let number = 1; number <= count; number++) {
    const stack = chance.pick(stacks);
    const body: DeployBody = wishOf(chance, stack, 8080 + STACKS.indexOf(stack));
    const wish = { actor: 'token:operator', key: `key-${number}` };
    const ask = (): void => {
      deployments.request(body, wish).then(
        ({ requested }) => trace.say('operator', `asked for ${requested.data.deployment} of ${stack}`),
        (cause: unknown) => {
          trace.say('operator', `asks again for ${stack}: ${String(cause)}`);
          loop.after(2000, ask);
        },
      );
    };
    loop.after(chance.between(500, 70_000), ask);
  }
};
