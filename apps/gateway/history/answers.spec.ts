import { expect, it } from 'vitest';
import type { EventData } from '#libs/contracts';
import { containerOf, History } from '#libs/testing/history';
import { psOf } from './answers.ts';
import { keysOf } from './pieces.ts';

const web = containerOf('shop', 1, 'web', 1);
const serving = (): History =>
  new History(10).deploying('shop', 1, { web: {} }).placed('shop', 1, 'web', ['h1']).started('shop', web).healthy('shop', web).at(50);

it.each(['ContainersLost', 'ContainersFound'] as const)('%s is in what was true then', (type) => {
  const data = { stack: 'shop', host: 'h1', containers: [web] } as EventData<'ContainersLost'>;
  const history = serving().happened('fleet', 'ContainersLost', data).at(60);
  if (type === 'ContainersFound') history.happened('fleet', type, data);
  const expected = type === 'ContainersLost' ? { status: 'lost', since: 50 } : { status: 'healthy', since: 10 };
  expect(psOf(history.stack('shop'))).toMatchObject([expected]);
  expect(keysOf(history.events.at(-1) as never)).toEqual([{ kind: 'container', key: web }]);
});

it('says of a withdrawn container that it is, until it leaves', () => {
  const data = { stack: 'shop', containers: [web], why: 'drained', reason: 'r' } as unknown as EventData<'PlacementsWithdrawn'>;
  const history = serving().happened('fleet', 'PlacementsWithdrawn', data);
  expect(psOf(history.stack('shop'))).toMatchObject([{ status: 'withdrawn', since: 50 }]);
  expect(psOf(history.at(70).leaving('shop', 1, [web]).stack('shop'))).toMatchObject([{ status: 'leaving', since: 70 }]);
});
