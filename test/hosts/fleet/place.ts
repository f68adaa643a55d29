import { join } from 'node:path';
import type { HostId } from '#libs/contracts';
import { namesOf } from './names.ts';

/** Where a host keeps what is its own: its disk, its engine's socket, its agent's state. */
export interface Place {
  readonly host: HostId;
  readonly dir: string;
  readonly engine: string;
  readonly agent: string;
}

export const placeOf = (fleet: string, host: HostId): Place => {
  const dir = join(namesOf(fleet).dir, host);
  return { host, dir, engine: join(dir, 'engine.sock'), agent: join(dir, 'home/agent') };
};
