export * from './leases.ts';
export * from './memory-leases.ts';
export * from './relay.ts';
