import { inject } from 'vitest';

/** The socket of the engine that no other file uses while this one runs. */
export const ownEngine = (): string => {
  const worker = Number(process.env.VITEST_POOL_ID);
  const engine = inject('engines')[worker - 1];
  if (!engine) throw new Error(`find the engine of worker ${worker}: it has none`);
  return engine;
};
