export type { EventPublisher } from '../publisher.ts';
export type { RequestMessage, RequestOutcome, RequestsInlet } from '../requests.ts';
export { type AmqpBus, type AmqpBusOptions, type BusCounts, openAmqpBus } from './open.ts';
export { agentPermissions, agentUser } from './topology.ts';
