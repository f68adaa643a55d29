export * from './view-runner.ts';
