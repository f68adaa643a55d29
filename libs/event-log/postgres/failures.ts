import { Transient } from '#libs/contracts';

/** SQLSTATE classes and codes after which the same statement may succeed: connection, resources, shutdown, failover, deadlock. */
const PASSING = /^(08|53|57P0[1-5]|40001|40P01|55P03|25006)/;
const UNREACHABLE = new Set(['ECONNREFUSED', 'ECONNRESET', 'ENOENT', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'EAI_AGAIN']);
/** What `pg` says without any code. */
const LOST = /^(Connection terminated|timeout e(xceeded|xpired)|Client has encountered a connection error|Query read timeout)/;

/** `Transient` for a storage that can't be reached now; else the same words with what was being done before them. */
export const failureOf = (doing: string, cause: unknown): Error => {
  const { code = '', message = String(cause) } = cause as { code?: string; message?: string };
  const words = `${doing}: ${message}`;
  const passes = PASSING.test(code) || UNREACHABLE.has(code) || LOST.test(message);
  return passes ? new Transient(words, { cause }) : new Error(words, { cause });
};
