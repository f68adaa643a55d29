export * from './history.ts';
export * from './manifest.ts';
