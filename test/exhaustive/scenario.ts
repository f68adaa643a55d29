import { containersOf, emptyWorld, stackOf } from '#libs/domain/stack';
import { requestOf } from '#libs/testing/neighbours';
import { theProducts } from './model/decisions.ts';
import { appended } from './model/log.ts';
import { emptyMachine } from './model/machine.ts';
import { movesOf, STACK } from './model/moves.ts';
import type { State } from './model/state.ts';

const TIMES = { deadlineMs: 10_000, drainTimeoutMs: 2000 };

const doors = [{ port: 80, protocol: 'http' as const, names: ['shop.example'], path: '/' as const }];
/** A service with a door that calls one without. */
const SERVICES = {
  api: { ports: [{ container: 8080, doors: [] }] },
  web: { ports: [{ container: 80, doors }], dependsOn: [{ service: 'api', condition: 'healthy' as const }] },
};

/** Version 1 serves on two hosts, through both proxies; a request of a client is under way; version 2 was asked for. */
export const beginning = (): State => {
  const empty: State = {
    ...{ world: emptyWorld, written: null, levels: {}, sent: 0, now: 0, machines: ['h1', 'h2'].map(emptyMachine) },
    ...{ afoot: [], copies: [], faults: 0 },
  };
  const joined = untilRest(empty);
  const serving = untilRest(appended(joined, [requestOf(STACK, 1, SERVICES as never, TIMES)]));
  const state = stackOf(serving.world, STACK);
  const old = containersOf(state).find(({ service }) => service === 'web');
  if (state.promoted !== 1 || !old) throw new Error('begin the search: version 1 does not serve');
  const machines = serving.machines.map((machine) => (machine.host === 'h1' ? { ...machine, busy: [old.container] } : machine));
  return appended({ ...serving, machines }, [requestOf(STACK, 2, SERVICES as never, TIMES)]);
};

/** The same, when version 2 has taken the place of version 1 at both proxies, and nothing of version 1 leaves yet. */
export const switched = (): State => {
  const state = untilRest(beginning(), ({ world }) => {
    const { promoted, versions, deployments } = stackOf(world, STACK);
    return promoted === 2 && deployments[versions[2]?.deployment as never]?.isSwitchCompleted === true;
  });
  if (stackOf(state.world, STACK).promoted !== 2) throw new Error('begin the search: version 2 is not promoted');
  return state;
};

/** Takes whatever is first until nothing is left to do, or what is wanted is so. */
const untilRest = (state: State, isWanted: (state: State) => boolean = () => false): State => {
  let now = state;
  for (let turn = 0; turn < 500 && !isWanted(now); turn++) {
    const next = movesOf(now, theProducts, { faults: 0, ends: false }).find(({ label }) => !label.includes('s pass'));
    if (!next) return now;
    now = next.next;
  }
  if (!isWanted(now)) throw new Error('begin the search: it never comes to rest');
  return now;
};
