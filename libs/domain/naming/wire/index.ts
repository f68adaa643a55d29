export * from './codes.ts';
export * from './fault.ts';
export * from './frames.ts';
export * from './names.ts';
export * from './query.ts';
export * from './records.ts';
export * from './reply.ts';
export * from './rest.ts';
