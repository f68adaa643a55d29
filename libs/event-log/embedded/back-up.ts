import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { run, unprivilegedAccount } from './account.ts';
import { makePrivate } from './place.ts';
import type { EmbeddedPostgres } from './server.ts';

/** Copies a running server into `dir`, from which `startEmbeddedPostgres` starts it: on its own, or as a standby that follows the first. */
export const backUp = (
  server: EmbeddedPostgres,
  copy: { readonly dir: string; readonly programs: string; readonly isStandby: boolean },
): void => {
  const account = unprivilegedAccount();
  const data = join(copy.dir, 'data');
  mkdirSync(copy.dir);
  makePrivate(data, account);
  const { host, user } = server.config;
  const from = ['-h', host, '-U', user, '-D', data, '-c', 'fast', ...(copy.isStandby ? ['-R'] : [])];
  run([...account.prefix, join(copy.programs, 'pg_basebackup'), ...from]);
};
