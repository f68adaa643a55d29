import { describe, expect, it } from 'vitest';
import type { EventData, HostId, ServiceName, StackName } from '#libs/contracts';
import { containersOf } from '#libs/domain/stack';
import { containerOf, deploymentOf, History, type ServiceWish } from '#libs/testing/history';
import { factsOwed, Play, requestOf } from '#libs/testing/neighbours';
import { rolloutDue } from './index.ts';

const SHOP = 'shop' as StackName;
const ONE = 'one' as HostId;
const shop: Record<string, ServiceWish> = {
  web: { replicas: 2, ports: [{ container: 80, doors: [{ port: 8080, protocol: 'http', names: [] }] }] },
};
const deployment = deploymentOf('shop', 1);
const WEB = containerOf('shop', 1, 'web', 1);

const play = (): Play =>
  new Play(new History().joined('one').connected('one'), 'shop', rolloutDue)
    .tell(requestOf('shop', 1, shop, { deadlineMs: 60_000 }))
    .decide();
const until = (type: string): Play => {
  const told = play();
  return told.until(() => told.history.events.some((event) => event.type === type));
};
const failed = (told: Play) => told.decide().history.events.find(({ type }) => type === 'DeployFailed')?.data;
const retired = ({ history }: Play) => history.events.filter(({ type }) => type === 'ContainersRetired').map(({ data }) => data);

const broke = (told: Play, change: Partial<EventData<'ContainerFailed'>>): Play => {
  const output = { sha256: '0'.repeat(64), lines: 2, bytes: 20, expires: 9 };
  const known = {
    stack: SHOP,
    host: ONE,
    container: WEB,
    run: 'r',
    reason: 'exited',
    exitCode: 3,
    oom: false,
    message: '',
    output,
  } as const;
  told.history.at(told.now).happened('host/one', 'ContainerFailed', { ...known, ...change });
  return told;
};

describe('a deployment fails', () => {
  it('with the scheduler’s reasons when no host will do', () => {
    const told = play();
    const subject = { stack: SHOP, deployment, service: 'web' as ServiceName };
    const excluded = [{ host: ONE, reason: 'misses the tag gpu' }];
    told.history.happened('fleet', 'PlacementFailed', { ...subject, excluded, fix: 'tag a host with gpu' });
    expect(failed(told)).toMatchObject({
      step: 'place',
      cause: { kind: 'placement', message: 'no host will do for web (one: misses the tag gpu)', fix: 'tag a host with gpu' },
    });
    expect(retired(told)).toEqual([]);
  });

  it('with service, slot, exit code and last lines of the container that exited', () => {
    const told = broke(until('ContainerStarted'), {});
    expect(failed(told)).toMatchObject({
      ...{ step: 'start', version: 1 },
      cause: { kind: 'container', message: 'web slot 1 exited with exit code 3', container: WEB, exitCode: 3, output: { lines: 2 } },
    });
  });

  it.each([
    [
      { reason: 'unhealthy', exitCode: 1, message: '503' },
      'web slot 1 is unhealthy; its check ended with exit code 1: 503',
      'health check',
    ],
    [{ reason: 'not-started', exitCode: null, message: 'no such image' }, 'web slot 1 could not be started: no such image', 'image'],
    [{ oom: true, exitCode: 137 }, 'web slot 1 was killed for want of memory with exit code 137', 'memory limit'],
  ] as const)('in words that name the fix: %o', (change, message, fix) => {
    const data = failed(broke(until('ContainerStarted'), change));
    expect(data).toMatchObject({ cause: { message, fix: expect.stringContaining(fix) } });
  });

  it('with the reason for which its doors can’t be drawn', () => {
    const told = until('ContainerHealthy');
    told.history.happened('doors/shop', 'DoorsRefused', { stack: SHOP, deployment, reason: 'other has port 8080', fix: 'take another' });
    expect(failed(told)).toMatchObject({ step: 'prepare', cause: { kind: 'doors', message: 'other has port 8080', fix: 'take another' } });
  });

  it('with the words of the proxy that refuses its draft', () => {
    const told = until('DoorsDrawn');
    const draft = told.history.stack('shop').deployments[deployment]?.draft as never;
    told.history.happened('host/one', 'ProxyRefused', { stack: SHOP, host: ONE, draft, words: 'nginx: [emerg] bind() failed' });
    expect(failed(told)).toMatchObject({
      step: 'prepare',
      cause: { kind: 'proxy', message: 'the proxy of one refuses the doors: nginx: [emerg] bind() failed' },
    });
  });

  it.each([
    ['DeploymentStarted', 'place', 'a host for web'],
    ['ContainersPlaced', 'start', `the health of ${WEB} (not started), `],
    ['DoorsDrawn', 'prepare', 'the proxy of one to prepare the doors'],
  ])('at its deadline, with what it waited for after %s', (type, step, what) => {
    const told = until(type).wait(60_000);
    expect(failed(told)).toMatchObject({
      step,
      cause: { kind: 'deadline', message: expect.stringContaining(`60 s passed; it waited for ${what}`) },
    });
  });

  it('not a moment before its deadline, and asks to be woken then', () => {
    const told = play().wait(59_999);
    expect(failed(told)).toBe(undefined);
    expect(rolloutDue(told.history.world, SHOP, told.now)).toMatchObject([{ events: [], wakeAt: 60_000 }]);
  });

  it('and takes all its containers along in the same decision', () => {
    const told = broke(until('ContainerStarted'), {});
    const [decision] = rolloutDue(told.history.world, SHOP, told.now);
    expect(decision?.events.map(({ type }) => type)).toEqual(['DeployFailed', 'ContainersRetired']);
    failed(told);
    expect(retired(told)).toMatchObject([{ containers: [WEB, containerOf('shop', 1, 'web', 2)], reason: 'deployment-failed' }]);
  });

  it('and retires what was placed for it while it failed', () => {
    const told = play();
    const [late] = factsOwed(told.history.world, SHOP);
    told
      .wait(60_000)
      .decide()
      .tell(late as never)
      .decide();
    expect(retired(told)).toMatchObject([{ containers: [WEB, containerOf('shop', 1, 'web', 2)], reason: 'deployment-failed' }]);
    expect(containersOf(told.history.stack('shop')).every((container) => container.retired !== null)).toBe(true);
  });
});
