import type { DeployBody, StackName } from '#libs/contracts';
import type { Chance } from '../world/chance.ts';

/** What an operator deploys: mostly sound, sometimes broken in one of the ways that people know. */
export const wishOf = (chance: Chance, stack: StackName, port: number): DeployBody => {
  const web = `${stack}-web:${chance.pick(['ok', 'ok', 'ok', 'slow', 'frail', 'crash', 'sick', 'missing'])}`;
  const api = `${stack}-api:${chance.pick(['ok', 'ok', 'ok', 'ok', 'slow', 'frail'])}`;
  return {
    compose: {
      name: stack,
      'x-berth': { deadline: '60s', drain_timeout: '10s' },
      services: {
        web: {
          image: web,
          'x-berth': { ports: [`3000:${port}`] },
          deploy: { replicas: chance.between(1, 3) },
          ...(chance.happens(0.7) ? { depends_on: { api: { condition: chance.pick(['service_started', 'service_healthy']) } } } : {}),
          ...(chance.happens(0.3) ? { environment: { SECRET: `s${chance.between(1, 9)}` } } : {}),
          stop_grace_period: '2s',
        },
        api: {
          image: api,
          'x-berth': { ports: ['5000'] },
          deploy: { replicas: chance.between(1, 3) },
          stop_grace_period: '2s',
        },
      },
    },
    images: {},
    revision: null,
  };
};
