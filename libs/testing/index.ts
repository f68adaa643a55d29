export * from './container-spec/index.ts';
export * from './engine/index.ts';
export * from './history/index.ts';
export * from './invariants/index.ts';
export * from './neighbours/index.ts';
export * from './postgres.ts';
export * from './rabbitmq/index.ts';
export { Servers } from './servers/servers.ts';
