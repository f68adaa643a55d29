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
    namesPart: ofNewest(namesPart),
    doorsPart: ofNewest(doorsPart),
  };
};

const ofNewest = <A extends object, R>(call: (a: A) => R): ((a: A) => R) => {
  let newest: { readonly a: A; readonly said: R } | null = null;
  return (a) => {
    if (newest?.a !== a) newest = { a, said: call(a) };
    return newest.said;
  };
};

const parts = (call: Decisions['containersPart']): Decisions['containersPart'] => {
  const ofState = ofNewest((_: Parameters<typeof call>[0]) => new Map<string, ReturnType<typeof call>>());
  return (state, host) => {
    const known = ofState(state);
    if (!known.has(host)) known.set(host, call(state, host));
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
