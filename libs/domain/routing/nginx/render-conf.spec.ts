import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Server, ServiceName } from '#libs/contracts';
import { line, serialize } from './directive.ts';
import { renderConf } from './render-conf.ts';

const place = {
  modules: '/usr/lib/nginx/modules',
  socket: '/var/lib/berth/run/nginx.sock',
  id: 'id-1',
  workers: { user: 'www-data', group: 'www-data' },
};
const server = (key: string, port: number, names: string[] = [], path = '/'): Server => ({
  ...{ key, port, names, path, protocol: 'http', service: 'web' as ServiceName, containerPort: 3000 },
});

describe('renderConf', () => {
  it('writes the golden file', async () => {
    const servers = [
      server('shop:8080:_', 8080),
      server('shop:80:a.test', 80, ['*.a.test', 'a.test', 'b.test']),
      server('blog:80:a.test/blog', 80, ['*.a.test', 'a.test'], '/blog'),
    ];
    const text = renderConf(servers, place);
    await expect(text).toMatchFileSnapshot('nginx.golden.conf');
  });

  it('writes the same text in whatever order servers come', () => {
    const servers = [server('b:80:b.test', 80, ['b.test']), server('a:80:a.test', 80, ['z.test', 'a.test']), server('c:81:_', 81)];
    expect(renderConf(servers.toReversed(), place)).toBe(renderConf(servers, place));
  });

  it('answers strangers itself only where no door takes every name', () => {
    expect(renderConf([server('a:80:a.test', 80, ['a.test'])], place)).toContain('"404"');
    expect(renderConf([server('a:80:_', 80)], place)).not.toContain('"404"');
  });

  it.each(['a; } server {', '$hostname', 'a"b', 'a\nb'])('refuses the name %j', (name) => {
    expect(() => renderConf([server('a:80:a', 80, [name])], place)).toThrow('is not a server name');
  });

  it.each(['/a b', '/a;b', '/../b', 'a', '/$uri', '/a"', '/a/'])('refuses the path %j', (path) => {
    expect(() => renderConf([server('a:80:a', 80, ['a'], path)], place)).toThrow('is not a path');
  });

  it('has no way for the paths of a name that no door has', () => {
    expect(renderConf([server('a:80:_/x', 80, [], '/x')], place)).toContain('no stack has a door for this path');
  });

  it('names each name of a port in one block alone', () => {
    const anyDoor = fc.tuple(fc.subarray(['a.test', 'b.test', '*.c.test']), fc.constantFrom('/', '/x', '/x/y'), fc.constantFrom('a', 'b'));
    fc.assert(
      fc.property(fc.array(anyDoor), (doors) => {
        const servers = doors.map(([names, path, stack], index) => server(`${stack}:80:n${index}`, 80, names, path));
        const names = [...renderConf(servers, place).matchAll(/server_name (.*);/g)].flatMap(([, found = '']) => found.split(' '));
        expect(new Set(names).size).toBe(names.length);
      }),
    );
  });

  it('refuses a key that is none', () => {
    expect(() => renderConf([server('a:80:$x', 80)], place)).toThrow("not a door's key");
  });

  it('refuses a path that Nginx could read as something else', () => {
    expect(() => renderConf([], { ...place, socket: '/tmp/a;b' })).toThrow('no path of plain letters');
  });
});

it.each(['', 'a b', 'root; daemon off', '../etc'])('refuses %j for a user', (user) => {
  expect(() => renderConf([], { ...place, workers: { user, group: 'nogroup' } })).toThrow('no name of a user');
});

describe('serialize', () => {
  it('keeps any text inside its quotes', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        fc.pre(!hasControl(text));
        const [, quoted = ''] = /^a (".*");\n$/su.exec(serialize([line('a', text)])) ?? [];
        expect(quoted.slice(1, -1).replaceAll(/\\(.)/gsu, '$1')).toBe(text);
        expect(quoted.slice(1, -1).replaceAll(/\\./gsu, '')).not.toContain('"');
      }),
    );
  });

  it.each(['\n', '\r', '\u0000', '\u007f'])('refuses the control character %j', (letter) => {
    expect(() => serialize([line('a', `b${letter}`)])).toThrow('control character');
  });
});

const hasControl = (text: string): boolean => [...text].some((letter) => letter < ' ' || letter === '\u007f');
