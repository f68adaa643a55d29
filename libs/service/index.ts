export * from './running.ts';
