export * from './opened.ts';
export * from './release.ts';
export * from './running.ts';
export * from './service.ts';
export * from './variables.ts';
