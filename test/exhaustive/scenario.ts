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
    ...{ world: emptyWorld, written: null, now: 0, machines: ['h1', 'h2'].map(emptyMachine) },
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

/** Takes whatever is first until nothing is left to do. */
const untilRest = (state: State): State => {
  let now = state;
  for (let turn = 0; turn < 500; turn++) {
    const next = movesOf(now, theProducts, 0).find(({ label }) => !label.includes('s pass'));
    if (!next) return now;
    now = next.next;
  }
  throw new Error('begin the search: it never comes to rest');
};
