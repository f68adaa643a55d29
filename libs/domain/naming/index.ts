export * from './answer.ts';
export * from './names-part.ts';
export * from './network.ts';
export * from './stack-table.ts';
export * from './tables.ts';
export * from './turns.ts';
export * from './wire/index.ts';
