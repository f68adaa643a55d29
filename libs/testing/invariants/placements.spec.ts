import { describe, expect, it } from 'vitest';
import type { HostId, Manifest, StackName } from '#libs/contracts';
import { containerOf, deploymentOf, History, manifestOf, type ServiceWish } from '#libs/testing/history';
import { checkInvariants } from './index.ts';

const brokenBy = (history: History): readonly string[] => checkInvariants(history.events).map(({ message }) => message);
const fleet = (tagsByHost: Readonly<Record<string, readonly string[]>>): History =>
  Object.entries(tagsByHost).reduce((history, [host, tags]) => history.joined(host, { tags: [...tags] }), new History());
const placed = (history: History, wish: ServiceWish, hosts: readonly string[], version = 1): History =>
  history.deploying('shop', version, { web: { replicas: hosts.length, ...wish } }).placed('shop', version, 'web', hosts);

describe('I4', () => {
  const ports = [{ container: 53, doors: [], mapped: [{ port: 53, protocol: 'udp' as const }] }];

  it('is broken by a port of a host that two containers hold, of one service or of two stacks', () => {
    expect(brokenBy(placed(fleet({ a: [] }), { ports }, ['a', 'a']))).toEqual([expect.stringContaining('whose udp port 53 is held')]);
    const two = fleet({ a: [] }).deploying('blog', 1, { dns: { ports } }).placed('blog', 1, 'dns', ['a']);
    expect(brokenBy(placed(two, { ports }, ['a']))).toEqual([expect.stringContaining('whose udp port 53 is held')]);
  });

  it('is broken by a slot that goes away from its volumes', () => {
    const mounts = [{ volume: 'data', target: '/data', readOnly: false }];
    const manifest: Manifest = { ...manifestOf('shop', { web: { mounts } }), volumes: { data: { isExternal: false } } };
    const history = fleet({ a: [], b: [] });
    for (const version of [1, 2]) {
      const subject = { stack: 'shop' as StackName, deployment: deploymentOf('shop', version), version };
      history.happened('stack/shop', 'VersionCreated', { ...subject, manifest, images: {}, revision: null });
      history.happened('stack/shop', 'DeploymentStarted', { ...subject, replaces: null });
      history.placed('shop', version, 'web', [version === 1 ? 'a' : 'b']);
      if (version === 1) history.started('shop', containerOf('shop', 1, 'web', 1)).promoted('shop', 1);
    }
    expect(brokenBy(history)).toContainEqual(expect.stringContaining('is placed on b, its volumes are on a'));
  });
});

describe('I5', () => {
  it('is broken by EMPTIEST_NODE where another host has fewer containers at all', () => {
    const history = fleet({ a: [], b: [] }).deploying('blog', 1, { web: {} }).placed('blog', 1, 'web', ['a']);
    expect(brokenBy(placed(history, { strategy: 'EMPTIEST_NODE' }, ['a']))).toEqual([expect.stringContaining('b has 0')]);
  });

  it('is broken by EVERY_NODE where a host gets two', () => {
    expect(brokenBy(placed(fleet({ a: [] }), { strategy: 'EVERY_NODE' }, ['a', 'a']))).toEqual(['a gets a second container of web']);
  });

  it('is broken by a value of a tag that gets more than another, and not by a host that does', () => {
    const regions = () => fleet({ a: ['region:eu'], b: ['region:eu'], c: ['region:us'] });
    expect(brokenBy(placed(regions(), { spread: 'region' }, ['a', 'b']))).toHaveLength(1);
    expect(brokenBy(placed(regions(), { spread: 'region' }, ['a', 'c', 'b', 'c']))).toEqual([]);
  });

  it('holds where a person named the host', () => {
    const history = placed(fleet({ a: [], b: [], c: [] }), {}, ['a', 'b']);
    const [first] = [containerOf('shop', 1, 'web', 1)];
    const subject = { stack: 'shop' as StackName, deployment: deploymentOf('shop', 1), service: 'web' as never, version: 1 };
    const placement = { container: `${first}0` as never, slot: 1, host: 'b' as HostId, reason: 'asked for', replaces: first };
    expect(brokenBy(history.happened('fleet', 'ContainersPlaced', { ...subject, placements: [placement] }))).toEqual([]);
  });
});
