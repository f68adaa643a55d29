import { describe, expect, it } from 'vitest';
import { admit, isLoopbackHost } from './front-door.ts';
import type { HttpProblem } from './problem.ts';

const TOKEN = 'berth_secret';

const refusal = (knock: Partial<Parameters<typeof admit>[0]>, token = TOKEN): HttpProblem | null => {
  try {
    admit({ path: '/v1/hosts', host: '127.0.0.1:7070', authorization: `Bearer ${TOKEN}`, ...knock }, token);
    return null;
  } catch (error) {
    return error as HttpProblem;
  }
};

describe('the front door', () => {
  it('opens to the token', () => {
    expect(refusal({})).toBeNull();
    expect(refusal({ authorization: `bearer ${TOKEN}` })).toBeNull();
  });

  it.each([undefined, '', 'Bearer', 'Bearer ', TOKEN, `Basic ${TOKEN}`, `Bearer ${TOKEN}x`, `Bearer ${TOKEN.slice(0, -1)}`])(
    'stays shut to the authorization %s, and says how to open it',
    (authorization) => {
      const refused = refusal({ authorization });
      expect(refused?.problem.status).toBe(401);
      expect(refused?.headers['www-authenticate']).toMatch(/^Bearer/);
    },
  );

  it('stays shut when there is no token to compare with', () => {
    expect(refusal({ authorization: 'Bearer ' }, '')?.problem.status).toBe(401);
  });

  it('asks for no token where only its own life is told', () => {
    expect(refusal({ path: '/healthz', authorization: undefined })).toBeNull();
    expect(refusal({ path: '/readyz', authorization: undefined })).toBeNull();
    expect(refusal({ path: '/healthz/', authorization: undefined })?.problem.status).toBe(401);
  });

  it('never repeats what was sent as a token', () => {
    expect(JSON.stringify(refusal({ authorization: 'Bearer hunter2' })?.problem)).not.toContain('hunter2');
  });

  it.each(['localhost', 'LOCALHOST:7070', '127.0.0.1', '127.8.9.1:80', '[::1]', '[::1]:7070'])('answers under the name %s', (host) => {
    expect(isLoopbackHost(host)).toBe(true);
  });

  it.each([undefined, '', 'berth.example.com', 'localhost.example.com', '127.0.0.1.example.com', '10.0.0.1', '[::2]', 'evil:7070'])(
    'answers nothing under the name %s, even with the token',
    (host) => {
      expect(refusal({ host })?.problem.status).toBe(421);
      expect(refusal({ host, path: '/healthz' })?.problem.status).toBe(421);
    },
  );
});
