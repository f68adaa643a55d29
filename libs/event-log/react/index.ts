export * from './reactor.ts';
