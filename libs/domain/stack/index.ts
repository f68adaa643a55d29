export * from './evolve.ts';
export type { HostFacts } from './hosts.ts';
export { isLost } from './incarnations.ts';
export { firstServed } from './out-of-reach.ts';
export * from './outages.ts';
export * from './state.ts';
export * from './world.ts';
export { WORLD_FORM, WorldReader, worldLines, worldText } from './world-text.ts';
