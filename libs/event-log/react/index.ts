export * from './condition.ts';
export * from './reactor.ts';
