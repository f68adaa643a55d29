import { expect, it } from 'vitest';
import { ManualClock } from '#libs/clock';
import { NamesKeeper } from './names-keeper.ts';
import type { CallerTable } from './ports.ts';
import { InMemoryResolver } from './ports.twin.ts';

const callers = { '10.64.0.10': { container: 'shop-web-1' } } as unknown as CallerTable;

it('leaves the callers that the resolver knows until this agent has looked who runs', async () => {
  const resolver = new InMemoryResolver();
  await resolver.registerCallers(callers);
  const names = new NamesKeeper({ resolver, clock: new ManualClock(0), state: { names: [] } });
  await names.pass(null);
  expect(resolver.callers).toEqual(callers);
  await names.pass({});
  expect(resolver.callers).toEqual({});
});
