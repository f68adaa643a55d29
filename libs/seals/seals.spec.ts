import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Rejected } from '#libs/contracts';
import { isSealed, KEY_BYTES, keyedHash, NONCE_BYTES, openText, sealText } from './index.ts';

const bytes = (count: number) => fc.uint8Array({ minLength: count, maxLength: count });
const anyKey = bytes(KEY_BYTES);
const anyNonce = bytes(NONCE_BYTES);
const keyId = fc.stringMatching(/^[a-z0-9/-]{1,20}$/);
const base64 = (key: Uint8Array): string => Buffer.from(key).toString('base64');

const key = new Uint8Array(KEY_BYTES).fill(1);
const nonce = new Uint8Array(NONCE_BYTES).fill(2);
const sealed = sealText('shop/1', key, nonce, 'hunter2');

describe('a sealed text', () => {
  it('opens to what was sealed, whatever it was', () => {
    fc.assert(
      fc.property(keyId, anyKey, anyNonce, fc.string({ unit: 'grapheme' }), (id, anyOne, anyNumber, plain) => {
        expect(openText({ [id]: base64(anyOne) }, sealText(id, anyOne, anyNumber, plain))).toBe(plain);
      }),
    );
  });

  it('names its key and shows nothing of what it holds', () => {
    expect(sealed).toMatch(/^sealed:1:shop\/1:[A-Za-z0-9+/]+=*$/);
    expect(isSealed(sealed)).toBe(true);
    expect(Buffer.from(sealed.split(':')[3] ?? '', 'base64').toString('latin1')).not.toContain('hunter2');
  });

  it('is another one under another nonce', () => {
    expect(sealText('shop/1', key, new Uint8Array(NONCE_BYTES), 'hunter2')).not.toBe(sealed);
  });

  it('does not open when any byte of it was changed', () => {
    const body = Buffer.from(sealed.split(':')[3] ?? '', 'base64');
    fc.assert(
      fc.property(fc.nat({ max: body.length - 1 }), fc.integer({ min: 1, max: 255 }), (at, flip) => {
        const changed = Buffer.from(body);
        changed.writeUInt8(changed.readUInt8(at) ^ flip, at);
        expect(() => openText({ 'shop/1': base64(key) }, `sealed:1:shop/1:${changed.toString('base64')}`)).toThrow(Rejected);
      }),
    );
  });

  it('does not open under another key, nor under its key by another name', () => {
    expect(() => openText({ 'shop/1': base64(new Uint8Array(KEY_BYTES)) }, sealed)).toThrow(
      /was changed or its key shop\/1 is another one/,
    );
    expect(() => openText({ 'shop/2': base64(key) }, sealed.replace('shop/1', 'shop/2'))).toThrow(Rejected);
  });

  it('says which key is missing', () => {
    expect(() => openText({}, sealed)).toThrow(new Rejected('open sealed value: no key is called shop/1'));
  });
});

it('plain text is not taken for sealed text', () => {
  expect(isSealed('hunter2')).toBe(false);
  expect(() => openText({ '': base64(key) }, 'hunter2')).toThrow(Rejected);
});

describe('a keyed hash', () => {
  const one = base64(key);

  it('is the same for the same text and key, and 64 hexadecimal digits', () => {
    expect(keyedHash(one, 'hunter2')).toBe(keyedHash(one, 'hunter2'));
    expect(keyedHash(one, 'hunter2')).toMatch(/^[0-9a-f]{64}$/);
  });

  it('is another one for another text or under another key', () => {
    fc.assert(
      fc.property(anyKey, fc.string(), fc.string(), (any, a, b) => {
        fc.pre(a !== b);
        expect(keyedHash(base64(any), a)).not.toBe(keyedHash(base64(any), b));
        expect(keyedHash(base64(any), a)).not.toBe(keyedHash(base64(any.map((byte) => byte ^ 1)), a));
      }),
    );
  });
});
