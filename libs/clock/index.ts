export * from './clock.ts';
export * from './ids.ts';
export * from './manual.ts';
export * from './system.ts';
