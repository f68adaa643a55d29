export * from './images.ts';
export * from './test-engine.ts';
