export * from './evolve.ts';
export * from './state.ts';
export * from './world.ts';
