import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { EventData, HostChange, HostId } from '#libs/contracts';
import { History } from '#libs/testing/history';
import { alarmsOf, hostsDue, PATIENCE } from './index.ts';

type Silence = Readonly<Record<string, number>>;

const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'];
const fleetOf = (count: number): History =>
  names.slice(0, count).reduce((history, host) => history.joined(host).connected(host), new History());
/** `told`: hosts whose level was recorded in the session that they hold. */
const heard = ({ world }: History, silence: Silence, told: readonly string[] = []) => ({
  silentMs: new Map(Object.entries(silence).map(([host, ms]) => [host as HostId, ms])),
  spoke: new Set(Object.keys(silence).filter((host) => silence[host] === 0) as HostId[]),
  told: new Map(
    told.flatMap((name) => {
      const { host, session } = world.hosts.get(name as HostId) ?? {};
      return host && session ? [[host, session.generation] as const] : [];
    }),
  ),
});
const quiet = (history: History): Silence => Object.fromEntries(history.world.hosts.keys().map((host) => [host, 0]));

/** Decides until nothing is due, and says what was. */
const decided = (history: History, silence: Silence = quiet(history), now = 0, told: readonly string[] = []): readonly string[] => {
  const types: string[] = [];
  for (;;) {
    const events = hostsDue(history.world, heard(history, silence, told), now)?.events ?? [];
    if (events.length === 0) return types;
    types.push(...events.map(({ type, data }) => ('host' in data ? `${type} ${data.host}` : type)));
    history.at(now).decided(events);
  }
};
const asked = (history: History, host: string, change: HostChange): History =>
  history.happened(`wishes/${host}`, 'HostChangeRequested', { host: host as HostId, change } as EventData<'HostChangeRequested'>);

describe('silence', () => {
  it('makes a host suspected, then lost, and each is said once', () => {
    const history = fleetOf(4);
    expect(decided(history, { ...quiet(history), b: PATIENCE.suspectMs })).toEqual(['HostSuspected b']);
    expect(decided(history, { ...quiet(history), b: PATIENCE.lostMs - 1 })).toEqual([]);
    expect(decided(history, { ...quiet(history), b: PATIENCE.lostMs })).toEqual(['HostLost b']);
    expect(decided(history, { ...quiet(history), b: 2 * PATIENCE.lostMs })).toEqual([]);
  });

  it('says nothing of a host that nobody listened for', () => {
    expect(decided(fleetOf(2), {})).toEqual([]);
  });

  it('ends with a word from a suspected host', () => {
    const history = fleetOf(2);
    decided(history, { a: 0, b: PATIENCE.suspectMs });
    expect(decided(history, { a: 0, b: 0 })).toEqual(['HostReturned b']);
  });

  it('ends for a lost host when its whole level is recorded', () => {
    const history = fleetOf(2);
    decided(history, { a: 0, b: PATIENCE.lostMs });
    expect(decided(history, { a: 0, b: 0 }, 0, ['b'])).toEqual([]);
    history.connected('b', 'run-2');
    expect(decided(history, { a: 0, b: 0 })).toEqual([]);
    expect(decided(history, { a: 0, b: 0 }, 0, ['b'])).toEqual(['HostReturned b']);
  });

  it('does not end by what a host told before a person declared it lost', () => {
    const history = fleetOf(2);
    const before = heard(history, quiet(history), ['b']);
    expect(decided(asked(history, 'b', { kind: 'declare-lost' }))).toEqual(['HostLost b']);
    expect(hostsDue(history.connected('b', 'run-2').world, before, 0)).toBeNull();
  });

  it('loses one of two hosts without a brake', () => {
    expect(decided(fleetOf(2), { a: 0, b: PATIENCE.lostMs })).toEqual(['HostSuspected b', 'HostLost b']);
  });

  it('loses one host at a time', () => {
    const history = fleetOf(9);
    const silence = { ...quiet(history), b: PATIENCE.lostMs, c: PATIENCE.lostMs + 1 };
    expect(decided(history, silence, 1000)).toEqual(['HostSuspected b', 'HostSuspected c', 'HostLost c']);
    expect(decided(history, silence, 1000 + PATIENCE.betweenLossesMs)).toEqual(['HostLost b']);
  });

  it('of more than a third of the fleet, and three hosts, loses none', () => {
    const history = fleetOf(8);
    const silence = { ...quiet(history), b: PATIENCE.lostMs, c: PATIENCE.lostMs, d: PATIENCE.lostMs };
    expect(decided(history, silence)).toEqual(['FleetSilent', 'HostSuspected b', 'HostSuspected c', 'HostSuspected d']);
    expect(decided(history, { ...silence, d: 0 })).toEqual(['FleetHeard', 'HostReturned d', 'HostLost b']);
  });

  it('bears a host that comes and goes for longer each time', () => {
    const history = fleetOf(4);
    decided(history, { ...quiet(history), b: PATIENCE.lostMs }, 1000);
    decided(history.connected('b', 'run-2'), quiet(history), 60_000, ['b']);
    expect(decided(history, { ...quiet(history), b: PATIENCE.lostMs }, 120_000)).toEqual(['HostSuspected b']);
    expect(decided(history, { ...quiet(history), b: 4 * PATIENCE.lostMs }, 210_000)).toEqual(['HostLost b']);
  });

  it('forgives after an hour of calm', () => {
    const history = fleetOf(4);
    decided(history, { ...quiet(history), b: PATIENCE.lostMs }, 1000);
    decided(history.connected('b', 'run-2'), quiet(history), 60_000, ['b']);
    expect(decided(history, { ...quiet(history), b: PATIENCE.lostMs }, 60_000 + 3_600_000)).toEqual(['HostSuspected b', 'HostLost b']);
  });

  it('tells a person of lost hosts, and of a fleet that is silent', () => {
    const history = fleetOf(8);
    expect(alarmsOf(history.world)).toEqual([]);
    decided(history, { ...quiet(history), b: PATIENCE.lostMs });
    expect(alarmsOf(history.world)).toEqual(['lost: b; berth hosts rm HOST forgets one that is gone for good']);
    decided(history, { ...quiet(history), c: PATIENCE.suspectMs, d: PATIENCE.suspectMs, e: PATIENCE.suspectMs });
    expect(alarmsOf(history.world)[0]).toContain('nothing is replaced: c, d, e;');
  });

  it('never loses a host that was heard within its time, whatever the others do', () => {
    const silences = fc.array(fc.record({ host: fc.constantFrom(...names), ms: fc.integer({ min: 0, max: 100_000 }) }), { maxLength: 40 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), silences, (count, said) => {
        const history = fleetOf(count);
        let silence = quiet(history);
        for (const [index, { host, ms }] of said.entries()) {
          silence = { ...silence, [host]: ms };
          const losses = decided(history, silence, index * 20_000).filter((text) => text.startsWith('HostLost'));
          for (const text of losses) expect(silence[text.slice('HostLost '.length)]).toBeGreaterThanOrEqual(PATIENCE.lostMs);
        }
      }),
    );
  });
});

describe('what a person asks of a host', () => {
  it.each<[HostChange, readonly string[]]>([
    [{ kind: 'cordon' }, ['HostCordoned a']],
    [{ kind: 'drain' }, ['HostCordoned a', 'HostDrained a']],
    [{ kind: 'reboot' }, ['HostCordoned a', 'HostDrained a']],
    [{ kind: 'uncordon' }, ['HostUncordoned a']],
    [{ kind: 'tag', add: ['ssd'], remove: [] }, ['HostRetagged a']],
    [{ kind: 'declare-lost' }, ['HostLost a']],
    [{ kind: 'remove', force: false }, ['HostRemoved a']],
  ])('%o is answered with %j', (change, answers) => {
    expect(decided(asked(fleetOf(2), 'a', change))).toEqual(answers);
  });

  it('is done one wish after the other', () => {
    const history = asked(asked(fleetOf(1), 'a', { kind: 'cordon' }), 'a', { kind: 'uncordon' });
    expect(decided(history)).toEqual(['HostCordoned a', 'HostUncordoned a']);
  });

  it('drains a host that shall be removed, and removes it when it is empty', () => {
    const history = fleetOf(1).deploying('shop', 1, { web: {} }).placed('shop', 1, 'web', ['a']);
    expect(decided(asked(history, 'a', { kind: 'remove', force: false }))).toEqual(['HostCordoned a']);
    expect(decided(asked(history, 'a', { kind: 'uncordon' }))).toEqual(['HostUncordoned a']);
    expect(history.world.hosts.get('a' as HostId)?.wishes).toEqual([]);
  });

  it('removes a lost host at once', () => {
    const history = fleetOf(2).deploying('shop', 1, { web: {} }).placed('shop', 1, 'web', ['a']);
    decided(history, { a: PATIENCE.lostMs, b: 0 });
    expect(decided(asked(history, 'a', { kind: 'remove', force: false }), { a: PATIENCE.lostMs, b: 0 })).toEqual(['HostRemoved a']);
  });

  it('removes it at once where that is forced', () => {
    const history = fleetOf(1).deploying('shop', 1, { web: {} }).placed('shop', 1, 'web', ['a']);
    expect(decided(asked(history, 'a', { kind: 'remove', force: true }))).toEqual(['HostRemoved a']);
  });

  it('restarts an empty machine, bears its silence, and uncordons it in its next boot', () => {
    const booted = (history: History, bootId: string): History =>
      history.happened('host/a', 'HostConnected', { host: 'a' as HostId, runId: `run-${bootId}`, engine: 'docker', bootId });
    const history = booted(fleetOf(1), 'boot-1');
    expect(decided(asked(history, 'a', { kind: 'reboot' }))).toEqual(['HostCordoned a', 'HostDrained a', 'HostRebootStarted a']);
    expect(decided(history, { a: 2 * PATIENCE.lostMs })).toEqual([]);
    expect(decided(booted(history, 'boot-2'))).toEqual(['HostUncordoned a']);
  });

  it('loses a machine that does not come back from its restart', () => {
    const history = fleetOf(2).happened('hosts', 'HostRebootStarted', { host: 'a' as HostId, bootId: 'boot-1' });
    expect(decided(history, { a: PATIENCE.rebootMs - 1, b: 0 })).toEqual([]);
    expect(decided(history, { a: PATIENCE.rebootMs, b: 0 })).toEqual(['HostSuspected a', 'HostLost a']);
  });
});
