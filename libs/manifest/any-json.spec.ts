import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { manifest as manifestSchema } from '#libs/contracts';
import { normaliseCompose } from './index.ts';
import { readCompose } from './normalise.ts';
import { rows } from './support/index.ts';
import { stepsOf } from './support/keys.ts';
import { readManifest } from './yaml/index.ts';

const anyText = fc.oneof(fc.string(), fc.constantFrom('3000:80', '${A', '$$', '1m', 'web', '_', 'a.com/x', '__proto__', '/x', '\ud800'));
const { value: anyValue } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    anyText,
    fc.constantFrom(null, true, false, 0, -1, 80, 1e300),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.oneof(fc.string(), fc.constantFrom('container', 'http', 'type', 'ready', 'x-berth', 'constructor')), tie('value'), {
      maxKeys: 4,
    }),
  ),
}));

/** Any value at the place of any key that the grammar knows, in a document that is fine but for that. */
const anyPlace = fc.constantFrom(...new Set(rows.map(({ key }) => key)));
const placed = (key: string, value: unknown): unknown =>
  stepsOf(key).reduceRight<unknown>((inner, step) => (step === '[]' ? [inner] : { [step === '*' ? 'web' : step]: inner }), value);
const document = (key: string, value: unknown) => {
  const { services, ...top } = placed(key, value) as { services?: { web?: object } };
  const isWeb = typeof services?.web === 'object' && services.web !== null && !Array.isArray(services.web);
  return { name: 'shop', ...top, services: isWeb ? { web: { image: 'x', ...services.web } } : (services ?? { web: { image: 'x' } }) };
};

describe('whatever is written', () => {
  it('is read or refused with a place, words and a fix, and never throws', () => {
    fc.assert(
      fc.property(anyPlace, anyValue, (key, value) => {
        const { manifest, errors, warnings } = readCompose(document(key, value));
        expect(manifest === null).toBe(errors.length > 0);
        for (const { message, fix } of [...errors, ...warnings]) expect([message, fix]).not.toContain('');
      }),
      { numRuns: 3000 },
    );
  });

  it('comes out in the form of the contract, and stays so when it is kept as JSON', () => {
    fc.assert(
      fc.property(anyPlace, anyValue, (key, value) => {
        const { manifest } = readCompose(document(key, value));
        if (manifest !== null) expect(manifestSchema.parse(JSON.parse(JSON.stringify(manifest)))).toEqual(manifest);
      }),
      { numRuns: 3000 },
    );
  });

  it('is any JSON at all', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (json) => {
        expect(normaliseCompose(json)).toHaveProperty('ok');
      }),
    );
  });

  it('means the same as YAML as it does as JSON', () => {
    fc.assert(
      fc.property(anyPlace, anyValue, (key, value) => {
        const json = JSON.parse(JSON.stringify(document(key, value)).replaceAll('$', '').replaceAll('\\ud800', ''));
        const read = readManifest(JSON.stringify(json), { file: 'compose.yaml', env: {} });
        expect(read.manifest).toEqual(readCompose(json).manifest);
        for (const { line, column } of [...read.errors, ...read.warnings]) expect(Math.min(line, column)).toBeGreaterThan(0);
      }),
      { numRuns: 1000 },
    );
  });
});

it('of every row the example is kept apart from other words of the version', () => {
  const plain = JSON.stringify(readCompose(document('services.*.image', 'x')).manifest);
  for (const key of [
    'strategy',
    'spread',
    'single_writer',
    'load_balancing',
    'pre_start_signal',
    'pre_stop_sequence',
    'deploy_command',
    'update',
    'dns_behaviour',
  ]) {
    const row = rows.findLast((candidate) => candidate.key === `services.*.x-berth.${key}`);
    expect(JSON.stringify(readCompose(document(`services.*.x-berth.${key}`, row?.example)).manifest)).not.toBe(plain);
  }
});
