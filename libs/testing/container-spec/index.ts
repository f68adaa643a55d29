import type { ContainerSpec } from '#libs/contracts';

/** A container of stack `shop`, service `web`; its id says its slot. */
export const containerSpec = (change: Partial<ContainerSpec> & { readonly slot?: number } = {}): ContainerSpec => {
  const slot = change.slot ?? 1;
  return {
    ...{ container: `shop-web-${slot}-aaaaaaaa-1`, stack: 'shop', service: 'web', version: 1, deployment: 'aaaaaaaaaaaaaaaa' },
    ...{ slot, image: 'berth-test/web:latest', command: null, entrypoint: null, environment: {}, ports: [80], healthcheck: null },
    ...{ milliCpus: null, memoryBytes: null, stopGraceMs: 2000 },
    ...change,
  } as ContainerSpec;
};
