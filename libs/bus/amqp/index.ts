export { type AmqpBus, openAmqpBus } from './open.ts';
export { agentPermissions } from './topology.ts';
