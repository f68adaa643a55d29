export * from './engine/index.ts';
export * from './history.ts';
export * from './manifest.ts';
