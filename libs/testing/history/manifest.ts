import type { Manifest, Service, ServiceName, StackName } from '#libs/contracts';

/** What matters of a service; the builder fills the rest. */
export type ServiceWish = Partial<Service>;

const serviceOf = (wish: ServiceWish = {}): Service => ({
  image: 'web:1',
  command: null,
  entrypoint: null,
  environment: {},
  replicas: 1,
  ports: [],
  healthcheck: null,
  dependsOn: [],
  tags: [],
  strategy: 'HIGH_AVAILABILITY',
  resources: { milliCpus: null, memoryBytes: null },
  stopGraceMs: 10_000,
  ...wish,
});

export const manifestOf = (stack: string, services: Readonly<Record<string, ServiceWish>>): Manifest => ({
  stack: stack as StackName,
  services: Object.fromEntries(Object.entries(services).map(([name, wish]) => [name, serviceOf(wish)])) as Record<ServiceName, Service>,
  datasources: [],
  deadlineMs: 600_000,
  drainTimeoutMs: 300_000,
});
