export * from './facts.ts';
export * from './play.ts';
