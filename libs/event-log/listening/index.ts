export * from './beats.ts';
export * from './listening.ts';
export * from './memory-beats.ts';
