import { describe, expect, it } from 'vitest';
import type { HostId } from '#libs/contracts';
import { containersPart, holdingOf } from '#libs/domain/host';
import { containerOf, History } from '#libs/testing/history';
import { Told } from './told.ts';

const web = (slot: number): string => containerOf('shop', 1, 'web', slot);
const placed = (): History => new History().joined('a').joined('b').deploying('shop', 1, { web: {} }).placed('shop', 1, 'web', ['a', 'b']);
const hosts = (told: Told, history: History): readonly string[] => told.news(history.stack('shop')).map(({ host }) => host);

describe('Told', () => {
  it('has news for each host once', () => {
    const [told, history] = [new Told(), placed()];
    expect([hosts(told, history), hosts(told, history)]).toEqual([['a', 'b'], []]);
  });

  it('has none where what started is what shall run', () => {
    const [told, history] = [new Told(), placed()];
    hosts(told, history);
    expect(hosts(told, history.started('shop', web(1)))).toEqual([]);
  });

  it('has news for the host of a container alone that shall go', () => {
    const [told, history] = [new Told(), placed().started('shop', web(1)).started('shop', web(2))];
    hosts(told, history);
    expect(hosts(told, history.leaving('shop', 1, [web(2)]))).toEqual(['b']);
  });

  it('has news where a container waited for one of another host', () => {
    const services = { db: {}, web: { dependsOn: [{ service: 'db' as never, condition: 'healthy' as const }] } };
    const history = new History().joined('a').joined('b').deploying('shop', 1, services);
    history.placed('shop', 1, 'db', ['a']).placed('shop', 1, 'web', ['b']);
    const told = new Told();
    hosts(told, history);
    const db = containerOf('shop', 1, 'db', 1);
    expect(hosts(told, history.started('shop', db).healthy('shop', db))).toEqual(['b']);
  });

  it('knows what a host has that lost nothing', () => {
    const [told, history] = [new Told(), placed()];
    hosts(told, history);
    const part = containersPart(history.stack('shop'), 'a' as HostId);
    expect(told.holding('a' as HostId)).toBe(holdingOf([part]));
    told.forget('a' as HostId);
    expect(told.holding('a' as HostId)).toBe(holdingOf([]));
  });
});
