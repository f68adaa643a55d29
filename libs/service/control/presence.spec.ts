import { expect, it } from 'vitest';
import { ManualClock } from '#libs/clock';
import { type ReplicaView, Transient } from '#libs/contracts';
import { Presence } from './presence.ts';

const replica = (name: string, release: string): ReplicaView => ({ service: 'gateway', replica: name, release, reads: 1 });

const begin = async (...others: readonly ReplicaView[]) => {
  const clock = new ManualClock();
  const self = replica('self', '2.0.0');
  const database = { there: [self, ...others], isAway: false };
  const replicas = {
    beat: async () => {
      if (database.isAway) throw new Transient('it is away');
    },
    leave: async () => undefined,
    there: async () => database.there,
  };
  const presence = new Presence({ replicas, self, clock, report: () => undefined });
  await presence.begin();
  const pass = async (): Promise<void> => {
    clock.advance(5000);
    for (let i = 0; i < 20; i++) await Promise.resolve();
  };
  return { presence, database, pass, self };
};

it('tells within seconds whether all processes are of one release', async () => {
  const { presence, database, pass, self } = await begin(replica('other', '2.0.0'));
  expect(presence.isOneRelease).toBe(true);
  database.there = [self, replica('old', '1.9.0')];
  await pass();
  expect(presence.isOneRelease).toBe(false);
  database.there = [self];
  await pass();
  expect(presence.isOneRelease).toBe(true);
});

it('does not take for one release what it can not ask', async () => {
  const { presence, database, pass } = await begin();
  database.isAway = true;
  await pass();
  expect(presence.isOneRelease).toBe(false);
  database.isAway = false;
  await pass();
  expect(presence.isOneRelease).toBe(true);
});
