import { describe, expect, it } from 'vitest';
import type { StackName } from '#libs/contracts';
import { deploymentOf, History } from '#libs/testing/history';
import { Play, requestOf } from '#libs/testing/neighbours';
import { rolloutDue } from './index.ts';

const web = { web: {} };
const play = (): Play => new Play(new History(), 'shop', rolloutDue);
const due = ({ history, now }: Play) => rolloutDue(history.world, 'shop' as StackName, now);
const said = (told: Play) =>
  told.history.events.filter(({ stream }) => stream === 'stack/shop').map(({ type, data }) => ({ type, ...data }));

describe('a request', () => {
  it('becomes a version and starts when nothing else runs', () => {
    const deployment = deploymentOf('shop', 1);
    expect(
      said(
        play()
          .tell(requestOf('shop', 1, web))
          .decide(),
      ),
    ).toMatchObject([
      { type: 'VersionCreated', version: 1, deployment },
      { type: 'DeploymentStarted', version: 1, deployment, replaces: null },
    ]);
  });

  it('is numbered on, and waits behind the last in line', () => {
    const told = said(
      play()
        .tell(requestOf('shop', 1, web), requestOf('shop', 2, web), requestOf('shop', 3, web))
        .decide(),
    );
    expect(told).toMatchObject([
      { type: 'VersionCreated', version: 1 },
      { type: 'DeploymentStarted', version: 1 },
      { type: 'VersionCreated', version: 2 },
      { type: 'DeploymentQueued', version: 2, after: deploymentOf('shop', 1) },
      { type: 'VersionCreated', version: 3 },
      { type: 'DeploymentQueued', version: 3, after: deploymentOf('shop', 2) },
    ]);
  });

  it('is decided on the version of the stack, in the name of its deployment', () => {
    const told = play().tell(requestOf('shop', 1, web));
    const [request] = told.history.events;
    expect(due(told)[0]).toMatchObject({ expected: { 'stack/shop': 0 }, correlation: deploymentOf('shop', 1), causation: request?.id });
  });

  it('starts in its turn, over what was promoted by then', () => {
    const told = play()
      .tell(requestOf('shop', 1, web), requestOf('shop', 2, web))
      .decide();
    told.history.promoted('shop', 1);
    expect(said(told.decide()).at(-1)).toMatchObject({ type: 'SwitchCompleted' });
    expect(said(told).at(-2)).toMatchObject({ type: 'DeploymentStarted', deployment: deploymentOf('shop', 2), replaces: 1 });
  });

  it('starts at once over what is promoted', () => {
    const told = play()
      .tell(requestOf('shop', 1, web))
      .decide();
    told.history.promoted('shop', 1);
    told.tell(requestOf('shop', 2, web)).decide();
    expect(said(told).filter(({ type }) => type === 'DeploymentStarted')).toMatchObject([{ replaces: null }, { replaces: 1 }]);
  });

  it('is nothing to a stack that nobody knows', () => {
    expect(due(play())).toEqual([]);
  });
});
