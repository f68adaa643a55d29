import { describe, expect, it } from 'vitest';
import type { EventData, ScaleChange } from '#libs/contracts';
import { History, type ServiceWish } from '#libs/testing/history';
import { HttpProblem } from '../http/problem.ts';
import { readScale } from './read-scale.ts';

const services: Record<string, ServiceWish> = { web: { replicas: 3 }, api: {}, logs: { strategy: 'EVERY_NODE' } };
const serving = (): History => new History().deploying('shop', 1, services).promoted('shop', 1);
const to = (replicas: number): ScaleChange => ({ kind: 'to', replicas });
const by = (delta: number): ScaleChange => ({ kind: 'by', delta });
const read = (wishes: Record<string, ScaleChange>, history = serving(), stack = 'shop') => readScale(history.world, stack, wishes);
const refusal = (wishes: Record<string, ScaleChange>, history = serving(), stack = 'shop') => {
  try {
    return read(wishes, history, stack);
  } catch (error) {
    if (!(error instanceof HttpProblem)) throw error;
    return { status: error.problem.status, detail: error.problem.detail };
  }
};

describe('a wish for more or fewer containers', () => {
  it('counts from what the service shall have now', () => {
    const scaled: EventData<'ServiceScaled'> = { stack: 'shop', service: 'web', replicas: 6, of: 3, request: 'r' } as never;
    const history = serving().happened('stack/shop', 'ServiceScaled', scaled);
    expect(read({ web: by(-2), api: to(4) }, history)).toEqual({
      stack: 'shop',
      version: 1,
      services: [
        { service: 'web', from: 6, to: 4, inManifest: 3 },
        { service: 'api', from: 1, to: 4, inManifest: 1 },
      ],
    });
  });

  it('counts from what was asked for before and waits for its turn', () => {
    const asked = { stack: 'shop', service: 'web', change: to(8) } as EventData<'ScaleRequested'>;
    expect(read({ web: by(1) }, serving().happened('requests/shop', 'ScaleRequested', asked)).services).toMatchObject([{ from: 8, to: 9 }]);
  });

  it.each([
    ['an unknown service', { wbe: to(2) }, 'has no service wbe; did you mean web?'],
    ['a service that is nothing like any', { database: to(2) }, 'has no service database: it has web, api, logs'],
    ['a service that every object has', { constructor: to(2) }, 'has no service constructor'],
    ['one that is on every host', { logs: by(1) }, 'logs has one container on every host that fits (EVERY_NODE)'],
    ['fewer than none', { web: by(-4) }, "web has 3: it can't have 4 fewer; write web=0 to stop it"],
    ['more than 1000', { web: by(998) }, 'web would have 1001: 1000 containers of a service are the most'],
  ])('is refused for %s', (_, wishes, words) => {
    expect(refusal(wishes)).toMatchObject({ status: 422, detail: expect.stringContaining(words) });
  });

  it('is refused for a stack that is not there, or of which nothing serves', () => {
    expect(refusal({ web: to(1) }, serving(), 'shup')).toEqual({ status: 404, detail: 'no stack is called shup; did you mean shop?' });
    const beginning = new History().deploying('shop', 1, services);
    expect(refusal({ web: to(1) }, beginning)).toMatchObject({ status: 409, detail: expect.stringContaining('deploy one first') });
  });
});
