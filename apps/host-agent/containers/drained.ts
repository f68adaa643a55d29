import { readFile } from 'node:fs/promises';
import { peersOf, readConnections } from '../network/connections.ts';

/** Does anybody but these hold a connection to the process's network namespace? Unknown counts as yes. */
export const isDrained = async (pid: number, disregarded: ReadonlySet<string>): Promise<boolean> => {
  try {
    const tables = await Promise.all([readFile(`/proc/${pid}/net/tcp`, 'utf8'), readFile(`/proc/${pid}/net/tcp6`, 'utf8').catch(() => '')]);
    return peersOf(readConnections(...tables)).every((peer) => disregarded.has(peer));
  } catch {
    return false;
  }
};
