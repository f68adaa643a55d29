export * from './attachments.ts';
export * from './event-log.ts';
export * from './seals.ts';
