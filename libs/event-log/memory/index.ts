export * from './memory-attachments.ts';
export * from './memory-event-log.ts';
export * from './memory-seals.ts';
export * from './memory-snapshots.ts';
