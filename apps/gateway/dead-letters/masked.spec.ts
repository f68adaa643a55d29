import fc from 'fast-check';
import { expect, it } from 'vitest';
import { maskedText } from './masked.ts';

const masked = (text: string): string | null => maskedText(Buffer.from(text));

it('shows the shape of a wish and no value of its environment', () => {
  const services = { web: { image: 'shop/web:7', environment: { PASSWORD: 'hunter2' }, enviroment: ['PASSWORD=hunter2'] } };
  expect(JSON.parse(masked(JSON.stringify({ type: 'DeployRequested', id: 'b-1', data: { compose: { services } } })) ?? '')).toEqual({
    type: 'DeployRequested',
    id: 'b-1',
    data: { compose: { services: { web: { image: 'shop/web:7', environment: { PASSWORD: '…' }, enviroment: ['…'] } } } },
  });
});

it('shows of what is no JSON where its names and brackets are', () => {
  expect(masked('{"specversion": "1.0", "data": {"PASSWORD": "hunter2')).toBe('{"specversion": …, "data": {"PASSWORD": …');
  expect(masked('my password is hunter2')).toBe('…');
});

it('shows nothing of what is no text', () => {
  expect(maskedText(new Uint8Array([0xff, 0xfe]))).toBeNull();
  expect(masked('a\0b')).toBeNull();
});

it('lets out no value of an environment, however broken the message is', () => {
  const wish = JSON.stringify({ data: { environment: { A: 'hunter2 hunter2', B: 'x"hunter2"' } } });
  fc.assert(
    fc.property(fc.nat(wish.length), (end) => {
      expect(masked(wish.slice(0, end)) ?? '').not.toContain('hunter2');
    }),
  );
});
