export * from './attachments.ts';
export * from './event-log.ts';
export * from './memory/index.ts';
export * from './read-on-from.ts';
export * from './seals.ts';
export type { Snapshots } from './snapshots.ts';
export * from './unreadable.ts';
export * from './verify-chain.ts';
