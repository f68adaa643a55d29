import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isServerName, parseMatch, parseVirtualHost } from './server-names.ts';

describe('isServerName', () => {
  it.each(['example.com', '*.example.com', 'localhost', 'xn--bcher-kva.example'])('takes %s', (name) => {
    expect(isServerName(name)).toBe(true);
  });

  it.each(['', '*', '10.0.0.1', 'a..b', '-a.com', 'a_b.com', '*.*.com', 'http://a.com', 'a; } server {', `${'a'.repeat(64)}.com`])(
    'refuses %j',
    (name) => {
      expect(isServerName(name)).toBe(false);
    },
  );
});

describe('parseMatch', () => {
  it.each([
    ['_', null, '/'],
    ['_/api', null, '/api'],
    ['App.example.com', 'app.example.com', '/'],
    ['*.example.com/', '*.example.com', '/'],
    ['app.example.com/Api/v2/', 'app.example.com', '/Api/v2'],
    ['a.com/.well-known', 'a.com', '/.well-known'],
  ])('reads %s', (text, name, path) => {
    expect(parseMatch(text)).toEqual({ name, path });
  });

  it.each(['', '/api', 'a.com/../b', 'a.com//b', 'a.com/a b', 'a.com/$x', 'a.com/a;b', 'a.com/%41', 'a.com:80', 'http://a.com', '*'])(
    'refuses %j',
    (text) => {
      expect(parseMatch(text)).toBeNull();
    },
  );
});

describe('parseVirtualHost', () => {
  it.each([
    ['app.example.com', { name: 'app.example.com', path: '/', protocol: null, port: null }],
    ['https://*.example.com:8443/api', { name: '*.example.com', path: '/api', protocol: 'https', port: 8443 }],
    ['ws://a.com', { name: 'a.com', path: '/', protocol: 'http', port: null }],
    ['wss://a.com', { name: 'a.com', path: '/', protocol: 'https', port: null }],
    ['*/admin', { name: null, path: '/admin', protocol: null, port: null }],
    ['_:8080', { name: null, path: '/', protocol: null, port: 8080 }],
  ])('reads %s', (text, host) => {
    expect(parseVirtualHost(text)).toEqual(host);
  });

  it.each(['', 'tcp://a.com', 'a.com:0', 'a.com:70000', 'a.com:x', 'www.example.*', 'http://', 'a.com:80:90', '~^a'])(
    'refuses %j',
    (text) => {
      expect(parseVirtualHost(text)).toBeNull();
    },
  );

  it('reads what is put together from its parts', () => {
    const label = fc.stringMatching(/^[a-z][a-z0-9]{0,8}$/);
    const parts = fc.record({
      scheme: fc.constantFrom('', 'http', 'wss'),
      name: label,
      port: fc.option(fc.integer({ min: 1, max: 65535 })),
    });
    fc.assert(
      fc.property(parts, fc.array(label), ({ scheme, name, port }, segments) => {
        const path = `/${segments.join('/')}`;
        const text = `${scheme === '' ? '' : `${scheme}://`}${name}.test${port === null ? '' : `:${port}`}${path === '/' ? '' : path}`;
        expect(parseVirtualHost(text)).toMatchObject({ name: `${name}.test`, port, path });
      }),
    );
  });
});
