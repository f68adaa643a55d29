import { describe, expect, it } from 'vitest';
import type { EventData, EventType, HostId, StackName } from '#libs/contracts';
import type { Decision } from '#libs/domain';
import { rolloutDue } from '#libs/domain/rollout';
import { History, type ServiceWish } from '#libs/testing/history';
import { checkInvariants } from '#libs/testing/invariants';
import { Play, requestOf } from '#libs/testing/neighbours';
import type { World } from '../stack/index.ts';
import { placementDue } from './placement-due.ts';

const SHOP = 'shop' as StackName;
const hosts = ['one', 'two', 'three'] as HostId[];
const [ONE, TWO] = hosts as [HostId, HostId, HostId];
const web = (wish: ServiceWish): Record<string, ServiceWish> => ({
  web: { ports: [{ container: 80, doors: [{ port: 8080, protocol: 'http', names: [] }] }], ...wish },
});

/** Deployer and scheduler decide, whichever has something first. */
const due = (world: World, stack: StackName, now: number): readonly Decision[] => {
  const placing = placementDue(world, stack, now);
  return placing.some(({ events }) => events.length > 0) ? placing : rolloutDue(world, stack, now);
};

const running = (wish: ServiceWish, of: readonly HostId[] = hosts): Play => {
  const fleet = of.reduce((history, host) => history.joined(host).connected(host), new History());
  return new Play(fleet, 'shop', due).tell(requestOf('shop', 1, web(wish))).until();
};
const onHosts = ({ history }: Play): readonly string[] =>
  history
    .stack('shop')
    .containers.values()
    .map(({ slot, host }) => `${slot} on ${host}`)
    .sort();
const all = <T extends EventType>({ history }: Play, type: T) =>
  history.events.filter((event) => event.type === type).map(({ data }) => data as EventData<T>);
const settle = (play: Play): Play => play.until().wait(2000).until();
const scaled = (play: Play, replicas: number): Play =>
  settle(
    play.tell({
      stream: 'requests/shop',
      type: 'ScaleRequested',
      data: { stack: SHOP, service: 'web' as never, change: { kind: 'to', replicas } },
    }),
  );
const lost = (play: Play, host: HostId): Play =>
  play.tell({ stream: 'hosts', type: 'HostLost', data: { host, silentMs: 30_000, by: 'silence' } });
const back = (play: Play, host: HostId): Play =>
  play
    .tell({ stream: `host/${host}`, type: 'HostConnected', data: { host, runId: 'run-2', engine: 'docker' } })
    .tell({ stream: 'hosts', type: 'HostReturned', data: { host, from: 'lost' } });
const cordoned = (play: Play, host: HostId, why: 'cordon' | 'drain'): Play =>
  play.tell({ stream: 'hosts', type: 'HostCordoned', data: { host, why } });

describe('a service that is scaled', () => {
  it('gets what it lacks where it has fewest, and nothing else moves', () => {
    expect(onHosts(scaled(running({ replicas: 2 }), 4))).toEqual(['1 on one', '2 on three', '3 on two', '4 on one'].sort());
  });

  it('gives back what is too many from the host that has most of it', () => {
    const play = scaled(running({ replicas: 4 }), 3);
    expect(onHosts(play)).toEqual(['1 on one', '2 on three', '3 on two']);
    expect(checkInvariants(play.history.events)).toEqual([]);
  });

  it('numbers a slot that it gets again anew', () => {
    const play = scaled(scaled(running({ replicas: 2 }), 1), 2);
    expect(
      play.history
        .stack('shop')
        .containers.keys()
        .map((id) => id.slice(-1))
        .sort(),
    ).toEqual(['1', '2']);
    expect(checkInvariants(play.history.events)).toEqual([]);
  });
});

describe('a host that is lost', () => {
  it('has its containers replaced on the others', () => {
    const play = settle(lost(running({ replicas: 3 }), TWO));
    expect(all(play, 'ContainersLost')).toMatchObject([{ host: TWO }]);
    expect(onHosts(play).filter((text) => !text.endsWith(TWO))).toHaveLength(3);
    expect(checkInvariants(play.history.events)).toEqual([]);
  });

  it('gives up its containers when it returns and their replacements are healthier', () => {
    const play = running({ replicas: 2 }, [ONE, TWO]);
    const id = play.history
      .stack('shop')
      .containers.values()
      .find(({ host }) => host === TWO)?.container as never;
    settle(lost(play, TWO));
    back(play, TWO).tell({ stream: `host/${TWO}`, type: 'ContainerStopped', data: { stack: SHOP, host: TWO, container: id } });
    expect(all(settle(play), 'PlacementsWithdrawn')).toMatchObject([{ containers: [id], why: 'superseded' }]);
    expect(onHosts(play)).toEqual(['1 on one', '2 on one']);
  });

  it('keeps them where they are as good as their replacements', () => {
    const play = settle(back(settle(lost(running({ replicas: 2 }, [ONE, TWO]), TWO)), TWO));
    expect(all(play, 'ContainersFound')).toMatchObject([{ host: TWO }]);
    expect(all(play, 'PlacementsWithdrawn')).toMatchObject([{ why: 'found-again' }]);
    expect(onHosts(play)).toEqual(['1 on one', '2 on two']);
    expect(checkInvariants(play.history.events)).toEqual([]);
  });
});

describe('a host that is drained', () => {
  it('is left by each container once its replacement is in service', () => {
    const play = cordoned(running({ replicas: 2 }, [ONE, TWO]), TWO, 'drain').decide();
    expect(all(play, 'ContainersPlaced').at(-1)?.placements).toMatchObject([{ host: ONE, replaces: expect.any(String) }]);
    expect(all(play, 'PlacementsWithdrawn')).toEqual([]);
    expect(onHosts(settle(play))).toEqual(['1 on one', '2 on one']);
    expect(checkInvariants(play.history.events)).toEqual([]);
  });

  it('keeps what no other host takes, and says so once', () => {
    const play = settle(cordoned(running({ replicas: 1, tags: ['name:two'] }), TWO, 'drain'));
    expect(onHosts(play)).toEqual(['1 on two']);
    expect(all(play, 'PlacementFailed')).toHaveLength(1);
  });

  it('gives its part of a service that every host has to nobody', () => {
    const play = settle(cordoned(running({ strategy: 'EVERY_NODE' }), TWO, 'drain'));
    expect(onHosts(play)).toEqual(['1 on one', '2 on three']);
  });
});

describe('a host that joins', () => {
  it('gets one of each service that every host has, and none of the others', () => {
    const play = running({ strategy: 'EVERY_NODE' }, [ONE]);
    const capacity = { milliCpus: 4000, memoryBytes: 2 ** 32 };
    play
      .tell({ stream: 'hosts', type: 'HostJoined', data: { host: TWO, tags: [], capacity, proxy: true } })
      .tell({ stream: `host/${TWO}`, type: 'HostConnected', data: { host: TWO, runId: 'run-1', engine: 'docker' } });
    expect(onHosts(settle(play))).toEqual(['1 on one', '2 on two']);
    expect(onHosts(settle(cordoned(running({ replicas: 2 }, [ONE]), ONE, 'cordon')))).toEqual(['1 on one', '2 on one']);
  });
});

describe('a container that shall move', () => {
  const moved = (play: Play, host: HostId): Play => {
    const [first] = play.history.stack('shop').containers.keys();
    return play.tell({
      stream: 'requests/shop',
      type: 'MovesRequested',
      data: { stack: SHOP, moves: [{ container: first as never, host }] },
    });
  };

  it('leaves once its replacement is in service on the host that was asked for', () => {
    const play = settle(moved(running({ replicas: 1 }), TWO));
    expect(onHosts(play)).toEqual(['1 on two']);
    expect(all(play, 'PlacementsWithdrawn')).toMatchObject([{ why: 'rebalanced' }]);
  });

  it('stays where that host does not take it', () => {
    const play = settle(moved(cordoned(running({ replicas: 1 }), TWO, 'cordon'), TWO));
    expect(onHosts(play)).toEqual(['1 on one']);
    expect(all(play, 'MovesRefused')).toHaveLength(1);
  });

  it('stays, and that is said, where every host has one of its service', () => {
    const play = settle(moved(running({ strategy: 'EVERY_NODE' }), TWO));
    expect(onHosts(play)).toHaveLength(3);
    expect(all(play, 'MovesRefused')).toHaveLength(1);
    expect(play.history.stack('shop').moves).toEqual({});
  });
});
