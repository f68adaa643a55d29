import { extension } from './extension.ts';
import type { Row } from './row.ts';
import { service } from './service.ts';
import { top } from './top.ts';

/** The one table of what becomes of every key: each row is tried by a test, and stands in docs/manifest.md. */
export const rows: readonly Row[] = inheriting([...top, ...service, ...extension]);

/** A key that stands below one which is never acted on fares as that one does: its row says so. */
function inheriting(all: readonly Row[]): readonly Row[] {
  const idle = all.filter(({ state, when }) => state === 'warned' && when === undefined).map(({ key }) => key);
  return all.map((row) => {
    const isIdle = idle.some((key) => row.key.startsWith(`${key}.`) || row.key.startsWith(`${key}[`));
    return isIdle && row.state === 'supported' ? { ...row, state: 'warned' } : row;
  });
}

export type { Row } from './row.ts';
