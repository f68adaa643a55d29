import type { DeployBody, StackName } from '#libs/contracts';
import type { Chance } from '../world/chance.ts';
import { TAGS } from './tags.ts';

/** Sound ones more often than those that are broken in one of the ways that people know. */
const WEB = ['ok', 'ok', 'ok', 'ok', 'slow', 'frail', 'moody', 'crash', 'sick', 'missing'];
const API = ['ok', 'ok', 'ok', 'ok', 'slow', 'frail', 'moody'];

export const wishOf = (chance: Chance, stack: StackName, port: number): DeployBody => ({
  compose: {
    name: stack,
    'x-berth': { deadline: '60s', drain_timeout: '10s' },
    services: {
      web: {
        ...service(chance, `${stack}-web:${chance.pick(WEB)}`, [chance.happens(0.1) ? '3000' : `3000:${port}`]),
        ...(chance.happens(0.7) ? { depends_on: { api: { condition: chance.pick(['service_started', 'service_healthy']) } } } : {}),
        ...(chance.happens(0.3) ? { environment: { SECRET: `s${chance.between(1, 9)}` } } : {}),
      },
      api: service(chance, `${stack}-api:${chance.pick(API)}`, ['5000']),
    },
  },
  images: {},
  revision: null,
});

const service = (chance: Chance, image: string, ports: readonly string[]) => {
  const tags = chance.happens(0.05) ? [chance.pick(TAGS)] : [];
  const strategy = chance.pick([null, null, null, null, null, null, 'EMPTIEST_NODE', 'EVERY_NODE']);
  const memory = chance.pick([null, null, null, '256M', '700M']);
  return {
    image,
    'x-berth': { ports, ...(tags.length > 0 ? { tags } : {}), ...(strategy === null ? {} : { strategy }) },
    deploy: {
      ...(strategy === 'EVERY_NODE' ? {} : { replicas: chance.between(1, 3) }),
      ...(memory === null ? {} : { resources: { limits: { memory } } }),
    },
    ...(image.endsWith(':moody') || chance.happens(0.2) ? { healthcheck: { test: ['CMD', 'check'], interval: '1s', retries: 1 } } : {}),
    stop_grace_period: '2s',
  };
};
