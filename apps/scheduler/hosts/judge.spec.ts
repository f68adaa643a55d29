import { describe, expect, it } from 'vitest';
import type { HostId, HostReport, StackName } from '#libs/contracts';
import { containerOf, deploymentOf, History, manifestOf } from '#libs/testing/history';
import { Judge } from './judge.ts';

const web = containerOf('shop', 1, 'web', 1);
const placed = (): History => new History().joined('a').connected('a').deploying('shop', 1, { web: {} }).placed('shop', 1, 'web', ['a']);
const levelOf = ({ world }: History, health: 'unknown' | 'healthy' = 'unknown'): HostReport => ({
  ...{ type: 'HostReport', host: 'a' as HostId, seq: 1, full: true, parts: [] },
  session: world.hosts.get('a' as HostId)?.session?.generation ?? { incarnation: 0, position: 0 },
  containers: [
    {
      ...{ container: web, stack: 'shop' as never, state: 'running', run: 'r1', engineId: 'e1', image: 'i1', address: '10.64.0.2', health },
      ...{ healthBy: 'port', exitCode: null, oom: false, message: '', output: null, drained: false },
    },
  ],
});
const typesOf = (judge: Judge, history: History, level: HostReport): readonly string[] =>
  judge.facts(level, history.world).map(({ event }) => event.type);

describe('Judge', () => {
  it('says what is new until it is folded, and then nothing', () => {
    const [judge, history] = [new Judge(), placed()];
    const level = levelOf(history);
    expect([typesOf(judge, history, level), typesOf(judge, history, level)]).toEqual([['ContainerStarted'], ['ContainerStarted']]);
    history.started('shop', web);
    expect([typesOf(judge, history, level), typesOf(judge, history, level)]).toEqual([[], []]);
  });

  it('goes through a level again that says another thing', () => {
    const [judge, history] = [new Judge(), placed().started('shop', web)];
    expect(typesOf(judge, history, levelOf(history))).toEqual([]);
    expect(typesOf(judge, history, levelOf(history, 'healthy'))).toEqual(['ContainerHealthy']);
  });

  it('goes through the same images again where a version names one of them now', () => {
    const [judge, history] = [new Judge(), new History().joined('a').connected('a')];
    const id = `sha256:${'a'.repeat(64)}`;
    const level: HostReport = { ...levelOf(history), containers: [], images: { local: [], others: [id] } };
    const [first] = judge.facts(level, history.world);
    history.decided(first ? [first.event] : []);
    expect(typesOf(judge, history, level)).toEqual([]);
    const subject = { stack: 'shop' as StackName, deployment: deploymentOf('shop', 1), version: 1 };
    const images = { web: { reference: 'web', digest: id } };
    history.happened('stack/shop', 'VersionCreated', { ...subject, manifest: manifestOf('shop', { web: {} }), images, revision: null });
    expect(typesOf(judge, history, level)).toEqual(['ImagesNoted']);
  });

  it('goes through the same level again where the log says another thing of its stacks', () => {
    const [judge, history] = [new Judge(), placed().started('shop', web)];
    const level = { ...levelOf(history), containers: levelOf(history).containers.map((each) => ({ ...each, state: 'gone' as const })) };
    expect(typesOf(judge, history, level)).toEqual([]);
    expect(typesOf(judge, history.retired('shop', [web]), level)).toEqual(['ContainerStopped']);
  });
});
