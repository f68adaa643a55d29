import type { Decisions } from './decisions.ts';

/** The same decisions, each taken once for what is asked several times in a row: one state asks for all that its world makes due. */
export const remembered = (decisions: Decisions): Decisions => {
  const { deployer, scheduler, containersPart, namesPart, doorsPart } = decisions;
  return {
    ...decisions,
    deployer: due(deployer),
    scheduler: due(scheduler),
    'proxy-configurator': due(decisions['proxy-configurator']),
    containersPart: parts(containersPart),
    namesPart: ofNewest(one(namesPart)),
    doorsPart: ofNewest(one(doorsPart)),
  };
};

const ofNewest = <A extends object, R>(call: (a: A) => R): ((a: A) => R) => {
  let newest: { readonly a: A; readonly said: R } | null = null;
  return (a) => {
    if (newest?.a !== a) newest = { a, said: call(a) };
    return newest.said;
  };
};

const MOST_KEPT = 20_000;

/** Those that say the same are the same, so that what is made of one of them is made once. */
const one = <A extends unknown[], R>(call: (...asked: A) => R): ((...asked: A) => R) => {
  const said = new Map<string, R>();
  return (...asked) => {
    const answer = call(...asked);
    const text = JSON.stringify(answer);
    if (!said.has(text)) said.set(text, answer);
    const same = said.get(text) as R;
    if (said.size > MOST_KEPT) said.clear();
    return same;
  };
};

const parts = (call: Decisions['containersPart']): Decisions['containersPart'] => {
  const made = one(call);
  const ofState = ofNewest((_: Parameters<typeof call>[0]) => new Map<string, ReturnType<typeof call>>());
  return (state, host) => {
    const known = ofState(state);
    if (!known.has(host)) known.set(host, made(state, host));
    return known.get(host) as ReturnType<typeof call>;
  };
};

const due = (call: Decisions['deployer']): Decisions['deployer'] => {
  const ofWorld = ofNewest((_: Parameters<typeof call>[0]) => new Map<number, ReturnType<typeof call>>());
  return (world, stack, now) => {
    const known = ofWorld(world);
    if (!known.has(now)) known.set(now, call(world, stack, now));
    return known.get(now) ?? [];
  };
};
