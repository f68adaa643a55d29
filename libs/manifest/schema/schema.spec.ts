import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { readCompose } from '../normalise.ts';
import { composeSchema } from './index.ts';

const editor = z.fromJSONSchema(composeSchema() as Parameters<typeof z.fromJSONSchema>[0]);
const web = (service: object, top: object = {}) => ({ name: 'shop', services: { web: { image: 'x', ...service } }, ...top });

it('is the one in docs/schema (node --conditions=berth-source tools/schema.mjs writes it)', () => {
  const file = readFileSync(new URL('../../../docs/schema/compose-berth.json', import.meta.url), 'utf8');
  expect(JSON.parse(file)).toEqual(composeSchema());
});

describe('the schema for editors', () => {
  it('takes the example as it stands in its file, variables and all', () => {
    const text = readFileSync(new URL('../../../examples/shop/compose.yaml', import.meta.url), 'utf8');
    expect(text).toContain('SHOP_DOOR');
    expect(editor.safeParse(parse(text)).error).toBeUndefined();
  });

  it.each([
    web({ 'x-berth': { ports: ['3000:80:', 5000, { container: 3000, http: '$PORT' }] } }),
    web({ 'x-berth': { strategy: '$STRATEGY', health: 'none', update: { canary: { steps: [5] } } } }),
    web({ 'x-berth': { pre_stop_sequence: '1m:USR2', restart_on_deploy: 'false', traffic_matches: ['_', '*.a.com/api'] } }),
    web({ depends_on: ['api'], volumes: ['data:/x'], environment: ['A=1', 'B'], 'x-anything': { a: 1 } }, { volumes: { data: null } }),
    web({ depends_on: { api: { condition: 'service_healthy' } }, privileged: false }),
  ])('takes %j', (document) => {
    expect(editor.safeParse(document).error).toBeUndefined();
  });

  it.each([
    web({ imgae: 'x' }),
    web({ privileged: true }),
    web({ network_mode: 'host' }),
    web({ volumes: ['./data:/x'] }),
    web({ stop_grace_period: '10' }),
    web({ 'x-berth': { ports: ['80/tcp'] } }),
    web({ 'x-berth': { strategy: 'RANDOM' } }),
    web({ 'x-berth': { pre_stop_sequence: 'SIGUSR1' } }),
    web({ 'x-berth': { update: 'recreate' } }),
    { name: 'shop' },
  ])('refuses %j', (document) => {
    expect(editor.safeParse(document).success).toBe(false);
    expect(readCompose(document).manifest).toBeNull();
  });

  it('takes whatever the grammar takes', () => {
    const berth = fc.record(
      {
        ports: fc.array(fc.constantFrom('3000:80', 5000, '4000::8443', { http: 8080 }, { container: 53, udp: 53 }), { maxLength: 2 }),
        strategy: fc.constantFrom('EVERY_NODE', 'EMPTIEST_NODE', 'x'),
        health: fc.constantFrom('none', 'maybe', {}, { ready: {} }, { type: 'outbound', timeout: '5s' }),
        update: fc.constantFrom('canary', 'x', { rolling: { delay: '5s', max_failure_ratio: 0.5 } }, {}),
        pre_stop_sequence: fc.constantFrom('1m:QUIT', '5', null),
        deploy_command: fc.constantFrom('a b', ['a'], null, 7),
      },
      { requiredKeys: [] },
    );
    const service = fc.record(
      {
        'x-berth': berth,
        command: fc.constantFrom('a', ['a', 'b'], null),
        deploy: fc.constantFrom({ replicas: '2' }, { replicas: 0 }, { resources: { limits: { memory: '1.5 GiB', cpus: '.5' } } }),
        environment: fc.constantFrom(['A'], { A: null, B: 1 }, null, 'x'),
        volumes: fc.constantFrom(['data:/x:ro'], [{ type: 'tmpfs', target: '/x' }], ['/x'], ['x']),
        stop_grace_period: fc.constantFrom('1m30s', '0', 0, 10),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(service, (written) => {
        const document = web(written, { volumes: { data: null } });
        if (readCompose(document).manifest !== null) expect(editor.safeParse(document).error).toBeUndefined();
      }),
      { numRuns: 500 },
    );
  });
});
