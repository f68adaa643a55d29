import { join } from 'node:path';
import type { HostId } from '#libs/contracts';
import { namesOf } from './names.ts';

/** Where a host keeps what is its own: its disk, its engine's socket, its agent's state. */
export const placeOf = (fleet: string, host: HostId) => {
  const dir = join(namesOf(fleet).dir, host);
  return { dir, engine: join(dir, 'engine.sock'), agent: join(dir, 'home/agent') };
};
