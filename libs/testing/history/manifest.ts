import type { z } from 'zod';
import { type Manifest, manifest } from '#libs/contracts';

/** What matters of a service; the builder and the contract's own defaults fill the rest. */
export type ServiceWish = Partial<z.input<typeof manifest>['services'][string]>;

const serviceOf = (wish: ServiceWish = {}) => ({
  image: 'web:1',
  command: null,
  entrypoint: null,
  environment: {},
  replicas: 1,
  ports: [],
  healthcheck: null,
  dependsOn: [],
  tags: [],
  strategy: 'HIGH_AVAILABILITY' as const,
  resources: { milliCpus: null, memoryBytes: null },
  stopGraceMs: 10_000,
  ...wish,
});

export const manifestOf = (stack: string, services: Readonly<Record<string, ServiceWish>>): Manifest =>
  manifest.parse({
    stack,
    services: Object.fromEntries(Object.entries(services).map(([name, wish]) => [name, serviceOf(wish)])),
    datasources: [],
    deadlineMs: 600_000,
    drainTimeoutMs: 300_000,
  });
