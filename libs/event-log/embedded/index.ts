export { startEmbeddedPostgres } from './server.ts';
