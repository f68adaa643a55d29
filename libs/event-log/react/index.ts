export * from './condition.ts';
export { Fold } from './fold.ts';
export * from './item-of.ts';
export * from './reactor.ts';
