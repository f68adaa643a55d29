export * from './feed.ts';
export * from './mail.ts';
