import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AuditAnswer } from '#libs/contracts';
import { Servers } from '#libs/testing';
import { Berth, shop } from './harness/berth.ts';
import { ownEngine } from './harness/engine.ts';

type Server = Awaited<ReturnType<Servers['start']>>;

/** The primary dies while every service runs, and a standby takes its place: first one that lacks the end of the log, then one that has all that was acknowledged. */
describe.skipIf(!Servers.areInstalled)('a standby takes over', () => {
  let servers: Servers;
  let berth: Berth;
  let serving: Server;
  let following: Server;

  const deploy = async (version: string): Promise<void> => {
    const { code, stderr } = await berth.deploy(shop, { SHOP_VERSION: version });
    if (code !== 0) throw new Error(stderr);
  };
  const served = async (): Promise<unknown> => (await fetch(berth.door)).json();
  const becomes = async (version: string): Promise<void> => {
    const answers = async () => served().catch(() => null);
    await expect.poll(answers, { timeout: 60_000 }).toMatchObject({ web: version, api: version });
  };
  const audit = async (): Promise<AuditAnswer> => (await (await berth.fetch('/v1/audit')).json()) as AuditAnswer;
  /** Up to where an agent can say what the log held. */
  const remembered = async (): Promise<number> => Number(/position (\d+), the newest anchor/.exec((await audit()).unseen)?.[1] ?? 0);
  const failOver = async (): Promise<void> => {
    await servers.failOver(serving, following);
    [serving] = [following];
  };

  beforeAll(async () => {
    servers = await Servers.open();
    serving = await servers.start('first');
    servers.pointTo(serving);
    berth = await Berth.create(ownEngine(), 21, { replicas: 1 });
    await berth.start({ BERTH_DATABASE_URL: servers.url });
    await deploy('1');
    following = await servers.startStandby(serving, 'second');
  });
  afterAll(async () => {
    await berth?.destroy();
    await servers?.close();
  });

  it('without the last events: what they said is undone, and everybody agrees on it', async () => {
    const kept = (await berth.log()).length;
    await servers.ask(following, `alter system set primary_conninfo = ''`, 'select pg_reload_conf()');
    await deploy('2');
    const lost = (await berth.log()).length - kept;
    expect(lost).toBeGreaterThan(20);
    // It asks for the newest head every few seconds.
    await expect.poll(remembered, { timeout: 60_000 }).toBeGreaterThan(kept);
    await failOver();
    await becomes('1');
    const raised = await berth.eventsOf('IncarnationRaised');
    expect(raised.map(({ data }) => data)).toMatchObject([{ incarnation: 2, until: { incarnation: 1 }, reason: 'tail-lost' }]);
    expect((await berth.eventsOf('VersionPromoted')).map(({ data }) => data.version)).toEqual([1]);
  });

  it('and the next version is deployed as if the lost one had never been', async () => {
    await deploy('3');
    expect(await served()).toMatchObject({ web: '3', api: '3' });
    expect((await berth.eventsOf('VersionPromoted')).map(({ data }) => data.version)).toEqual([1, 2]);
    expect(await berth.violations()).toEqual([]);
  });

  it('with all that was acknowledged, where it followed synchronously: a deployment in its middle goes on', async () => {
    following = await servers.startStandby(serving, 'third');
    await servers.ask(serving, `alter system set synchronous_standby_names = '*'`, 'select pg_reload_conf()');
    const before = (await berth.log()).length;
    const accepted = await berth.deploy(shop, { SHOP_VERSION: '4' }, ['--detach']);
    expect(accepted.code).toBe(0);
    await berth.until(({ type }) => type === 'ContainersPlaced', 60, before);
    const acknowledged = await berth.log();
    await failOver();
    await becomes('4');
    expect((await berth.log()).slice(0, acknowledged.length)).toEqual(acknowledged);
    expect(await berth.violations()).toEqual([]);
  });

  it('and the agent remembers what was lost and what was not', async () => {
    const { losses, ...found } = await audit();
    expect(found).toMatchObject({ status: 'intact', hosts: { answered: ['main'], silent: [] } });
    expect(losses.map(({ incarnation, anchors }) => [incarnation, anchors > 0])).toEqual([
      [2, true],
      [3, false],
    ]);
  });
});
