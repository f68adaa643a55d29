export { auditLog } from './audit.ts';
export { mentionsView } from './mentions.ts';
export * from './migrate.ts';
export * from './postgres-attachments.ts';
export * from './postgres-beats.ts';
export * from './postgres-event-log.ts';
export * from './postgres-leases.ts';
export * from './postgres-seals.ts';
export { asRole } from './roles.ts';
