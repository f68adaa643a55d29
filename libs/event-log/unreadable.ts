import { Rejected } from '#libs/contracts';
import type { StoredEvent } from './stored.ts';

/** An event of the log that this release can't read: an unknown type, a newer version than it knows, data against their schema. */
export class Unreadable extends Rejected {
  readonly event: Pick<StoredEvent, 'id' | 'position' | 'type' | 'v' | 'stream' | 'version'>;
  readonly why: string;

  constructor({ id, position, type, v, stream, version }: Unreadable['event'], why: string, options?: ErrorOptions) {
    super(`read position ${position}, version ${version} of ${stream}: ${why}`, options);
    this.event = { id, position, type, v, stream, version };
    this.why = why;
  }
}
