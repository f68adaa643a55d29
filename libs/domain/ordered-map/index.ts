export type { Key } from './node.ts';
export * from './ordered-map.ts';
