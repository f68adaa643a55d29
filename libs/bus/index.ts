export * from './dead-letters.ts';
export * from './feed.ts';
export * from './mail.ts';
export * from './members.ts';
export * from './publisher.ts';
export * from './requests.ts';
export * from './turns.ts';
