import { startEmbeddedPostgres } from './server.ts';

/** A program that starts a server in the folder of its first argument and can be killed. */
const [, , dir = ''] = process.argv;
const { pid } = await startEmbeddedPostgres({ dir });
process.stdout.write(`${pid}\n`);
