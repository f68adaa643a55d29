import { describe, expect, it } from 'vitest';
import { readSettings } from './settings.ts';

const files: Readonly<Record<string, string>> = { '/var/lib/berth/token': 'default\n', '/home/token': 'home\n', '/t': 'named\n' };
const read = (env: Record<string, string>) => readSettings(env, (path) => files[path]);

describe('settings', () => {
  it.each([
    [{}, 'default'],
    [{ BERTH_HOME: '/home' }, 'home'],
    [{ BERTH_HOME: '/home', BERTH_TOKEN_FILE: '/t' }, 'named'],
    [{ BERTH_TOKEN_FILE: '/t', BERTH_TOKEN: 'given' }, 'given'],
    [{ BERTH_HOME: '/nowhere' }, ''],
  ])('take the token of %j', (env, token) => {
    expect(read(env).token).toBe(token);
  });

  it('default to Berth on this machine and to the engine that docker chooses', () => {
    expect(read({})).toMatchObject({ url: 'http://127.0.0.1:7070', engine: null });
  });

  it('drop the slash at the end of an address', () => {
    expect(read({ BERTH_URL: 'http://[::1]:7070/' }).url).toBe('http://[::1]:7070');
  });

  it.each([[{ BERTH_URL: 'ftp://x' }], [{ BERTH_URL: 'http://' }], [{ BERTH_TOKEN_FILE: '/none' }]])('refuse %j', (env) => {
    expect(() => read(env)).toThrow(/^read settings: /);
  });
});
