export * from './archive.ts';
export * from './archive-files.ts';
export * from './archive-folder.ts';
export * from './archived.ts';
