import type { Decisions } from './decisions.ts';

/** The same decisions, each taken once for what it is given: most states share their world with many others. */
export const remembered = (decisions: Decisions): Decisions => {
  const { deployer, scheduler, record, containersPart, namesPart, doorsPart } = decisions;
  return {
    ...decisions,
    deployer: due(deployer),
    scheduler: due(scheduler),
    'proxy-configurator': due(decisions['proxy-configurator']),
    record: byTwo(record),
    containersPart: byText(containersPart),
    namesPart: byOne(namesPart),
    doorsPart: byOne(doorsPart),
  };
};

const byOne = <A extends object, R>(call: (a: A) => R): ((a: A) => R) => {
  const known = new WeakMap<A, { readonly said: R }>();
  return (a) => {
    const found = known.get(a) ?? { said: call(a) };
    known.set(a, found);
    return found.said;
  };
};

const byTwo = <A extends object, B extends object, R>(call: (a: A, b: B) => R): ((a: A, b: B) => R) => {
  const of = byOne((a: A) => byOne((b: B) => call(a, b)));
  return (a, b) => of(a)(b);
};

const byText = <A extends object, B extends string, R>(call: (a: A, b: B) => R): ((a: A, b: B) => R) => {
  const of = byOne((_: A) => new Map<B, R>());
  return (a, b) => {
    const known = of(a);
    if (!known.has(b)) known.set(b, call(a, b));
    return known.get(b) as R;
  };
};

const due = (call: Decisions['deployer']): Decisions['deployer'] => {
  const of = byOne((_: Parameters<typeof call>[0]) => new Map<number, ReturnType<typeof call>>());
  return (world, stack, now) => {
    const known = of(world);
    if (!known.has(now)) known.set(now, call(world, stack, now));
    return known.get(now) ?? [];
  };
};
