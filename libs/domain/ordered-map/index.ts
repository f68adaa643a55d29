export * from './ordered-map.ts';
