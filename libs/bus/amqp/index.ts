export { type AmqpBus, openAmqpBus } from './open.ts';
export { agentPermissions, CONTROL_SERVICES, type ControlService, servicePermissions } from './users.ts';
