export * from './engine/index.ts';
export * from './history.ts';
export * from './manifest.ts';
export * from './neighbours/index.ts';
export * from './postgres.ts';
