import { expect, it } from 'vitest';
import { z } from 'zod';
import { CountingIds, ManualClock } from '#libs/clock';
import { Editions, editions, type ReplicaView } from '#libs/contracts';
import { MemoryEventLog } from '#libs/event-log/memory';
import { Formats } from './formats.ts';

const known = new Editions({
  FormatRaised: editions.versions('FormatRaised'),
  TankFilled: [{ schema: z.strictObject({}), format: 3 }],
});
const replica = { service: 'deployer', replica: 'one', release: '0.2.0', reads: 3 };
const open = (replicas: readonly ReplicaView[] = []) => {
  const ids = new CountingIds();
  const log = new MemoryEventLog(new ManualClock(), known);
  return { log, formats: new Formats({ log, ids, editions: known, replicas: async () => replicas }) };
};

it('raises the format to the newest that is known, once', async () => {
  const { log, formats } = open([replica]);
  expect(await formats.view()).toEqual({ format: 1, newest: 3, replicas: [replica] });
  expect(await formats.raise(undefined, 'me')).toEqual({ format: 3, position: 1 });
  expect(await formats.raise(undefined, 'me')).toEqual({ format: 3, position: null });
  expect(await log.read({})).toMatchObject([{ type: 'FormatRaised', stream: 'platform', actor: 'me', data: { format: 3 } }]);
});

it('raises it step by step, and never back', async () => {
  const { formats } = open();
  expect(await formats.raise(2, 'me')).toEqual({ format: 2, position: 1 });
  expect(await formats.raise(1, 'me')).toEqual({ format: 2, position: null });
  expect(await formats.raise(3, 'me')).toEqual({ format: 3, position: 2 });
});

it('names the process that could not read on, and writes nothing', async () => {
  const { log, formats } = open([replica, { ...replica, replica: 'old', release: '0.1.0', reads: 1 }]);
  await expect(formats.raise(undefined, 'me')).rejects.toThrow(
    'raise the format to 3: deployer old (release 0.1.0) reads up to 1. Give them',
  );
  expect(await log.read({})).toEqual([]);
});

it('writes none that this release can not read', async () => {
  await expect(open().formats.raise(4, 'me')).rejects.toThrow("this gateway's release reads none above 3");
});
