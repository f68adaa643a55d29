import { Transient } from '#libs/contracts';

/** SQLSTATE classes and codes after which the same statement may succeed: connection, resources, shutdown, failover, deadlock, a transaction cut off. */
const PASSING = /^(08|53|57P0[1-5]|40001|40P01|55P03|25006|25P03)/;
const UNREACHABLE = new Set(['ECONNREFUSED', 'ECONNRESET', 'ENOENT', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'EAI_AGAIN']);
/** What `pg` says without any code. */
const LOST = /^(Connection terminated|timeout e(xceeded|xpired)|Client has encountered a connection error|Query read timeout)/;

/** What a person should know of it; else what the server said. */
export const troubleOf = (cause: unknown): string => {
  const { code = '', message } = (cause as { cause?: { code?: string; message: string } }).cause ?? (cause as Error & { code?: string });
  if (code === '53100') return 'the disk of the database is full';
  if (code === '53300') return 'the database has no connection left';
  if (code === '25006') return 'the database is read-only';
  if (UNREACHABLE.has(code)) return `the database can not be reached (${code})`;
  return LOST.test(message) ? 'the database does not answer' : `the database says: ${message}`;
};

/** `Transient` for a storage that can't be reached now; else the same words with what was being done before them. */
export const failureOf = (doing: string, cause: unknown): Error => {
  const { code = '', message = String(cause) } = cause as { code?: string; message?: string };
  const words = `${doing}: ${message}`;
  const passes = PASSING.test(code) || UNREACHABLE.has(code) || LOST.test(message);
  return passes ? new Transient(words, { cause }) : new Error(words, { cause });
};
