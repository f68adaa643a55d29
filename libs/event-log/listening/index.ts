export * from './beats.ts';
export * from './hearing.ts';
export * from './listening.ts';
export * from './memory-beats.ts';
