export * from './feed.ts';
export * from './mail.ts';
export * from './turns.ts';
