import { describe, expect, it } from 'vitest';
import { mayPass, unprivilegedIn } from './workers.ts';

const passwd =
  'root:x:0:0:root:/root:/bin/bash\nnobody:x:65534:65534:nobody:/nonexistent:/bin/false\nwww-data:x:33:33::/var/www:/bin/false\n';
const group = 'root:x:0:\nwww-data:x:33:\nnogroup:x:65534:\n';
const nobody = { name: 'nobody', group: 'nogroup', uid: 65534, gid: 65534 };
const web = { name: 'www-data', group: 'www-data', uid: 33, gid: 33 };

describe('the user of workers', () => {
  it('is www-data where there is one, else nobody', () => {
    expect(unprivilegedIn(passwd, group)).toEqual([web, nobody]);
    expect(unprivilegedIn(passwd.replace('www-data', 'apache'), group)).toEqual([nobody]);
  });

  it.each([
    ['', group],
    [passwd, ''],
    ['nobody:x:0:0::/:\n', group],
    ['www-data\n\n::::\n', '\n:'],
  ])('is none in %j and %j', (users, groups) => {
    expect(unprivilegedIn(users, groups)).toEqual([]);
  });
});

describe('a folder', () => {
  it.each([
    ['of somebody else', { uid: 0, gid: 0, mode: 0o40711 }, true],
    ['that only its owner may pass', { uid: 0, gid: 0, mode: 0o40700 }, false],
    ['of its group', { uid: 0, gid: 33, mode: 0o40710 }, true],
    ['of its group that only others may pass', { uid: 0, gid: 33, mode: 0o40701 }, false],
    ['of its own', { uid: 33, gid: 0, mode: 0o40700 }, true],
    ['of its own that only others may pass', { uid: 33, gid: 0, mode: 0o40077 }, false],
  ])('%s', (_, folder, isPassable) => {
    expect(mayPass(web, folder)).toBe(isPassable);
  });
});
