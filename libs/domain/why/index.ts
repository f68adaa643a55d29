export * from './causes.ts';
export * from './considered.ts';
export * from './tree.ts';
export * from './words.ts';
