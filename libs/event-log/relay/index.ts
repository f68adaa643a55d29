export * from './holding.ts';
export * from './leased-members.ts';
export * from './leases.ts';
export * from './memory-leases.ts';
export * from './relay.ts';
