import { expect, it } from 'vitest';
import { z } from 'zod';
import { PATIENCE } from '#libs/domain/fleet';
import { readSettings } from '#libs/settings';
import { patienceOf, schedulerVariables } from './settings.ts';

const read = (env: Record<string, string>) => patienceOf(readSettings(z.object(schedulerVariables), env));

it('bears silence for the usual times where nothing is set', () => {
  expect(read({})).toEqual(PATIENCE);
});

it('bears it for the times that are set', () => {
  const env = { BERTH_SUSPECT_AFTER: '2s', BERTH_LOST_AFTER: '1m', BERTH_LOSS_INTERVAL: '500ms' };
  expect(read(env)).toMatchObject({ suspectMs: 2000, lostMs: 60_000, betweenLossesMs: 500 });
});

it('refuses times in which nobody could be heard', () => {
  expect(() => read({ BERTH_LOST_AFTER: '5s' })).toThrow('BERTH_LOST_AFTER: use more than BERTH_SUSPECT_AFTER');
  expect(() => read({ BERTH_SUSPECT_AFTER: '1s' })).toThrow('at least 2s');
  expect(() => read({ BERTH_LOST_AFTER: 'soon' })).toThrow('BERTH_LOST_AFTER: write it as 500ms, 30s, 5m or 1h');
});
