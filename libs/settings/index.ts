export * from './read-settings.ts';
export * from './variables.ts';
