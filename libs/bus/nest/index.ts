export * from './bus-strategy.ts';
export * from './rethrow.ts';
