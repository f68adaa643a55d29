export { backUp } from './back-up.ts';
export { startEmbeddedPostgres } from './server.ts';
