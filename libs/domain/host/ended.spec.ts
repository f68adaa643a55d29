import { expect, it } from 'vitest';
import { type ContainerId, type HostId, type HostReport, type StackName, streams } from '#libs/contracts';
import { containerOf, History } from '#libs/testing/history';
import { containersPart } from './desired.ts';
import { withEnded } from './ended.ts';

const host = 'a' as HostId;
const web = containerOf('shop', 1, 'web', 1);

const released = (): History =>
  new History()
    .joined('a')
    .deploying('shop', 1, { web: {} })
    .placed('shop', 1, 'web', ['a'])
    .failed('shop', 1)
    .retired('shop', [web])
    .stopped('shop', web)
    .happened(streams.fleet, 'PlacementReleased', { stack: 'shop' as StackName, container: web, host });

const goals = (history: History, container: string, state = 'running') => {
  const level = { containers: [{ container: container as ContainerId, stack: 'shop', state }] } as unknown as HostReport;
  return withEnded(containersPart(history.stack('shop'), host), level, history.world).containers;
};

it('sends away once more what the log ended, and only while it is there', () => {
  expect(goals(released(), web)).toEqual([{ goal: 'gone', container: web, stopGraceMs: 10_000 }]);
  expect(goals(released(), web, 'gone')).toEqual([]);
});

it('sends away what was released alone, though its version serves', () => {
  const history = new History().joined('a').deploying('shop', 1, { web: {} }).placed('shop', 1, 'web', ['a']);
  history.happened(streams.fleet, 'PlacementReleased', { stack: 'shop' as StackName, container: web, host });
  expect(goals(history, web).map(({ goal }) => goal)).toEqual(['gone']);
  expect(goals(history, containerOf('shop', 1, 'web', 2))).toEqual([]);
});

it('leaves alone what the log never ended', () => {
  expect(goals(released(), 'shop-web-1-unheardof-1')).toEqual([]);
  const running = new History().joined('a').deploying('shop', 1, { web: {} }).placed('shop', 1, 'web', ['a']);
  expect(goals(running, web).map(({ goal }) => goal)).toEqual(['run']);
});
