import { Rejected } from '#libs/contracts';

interface Named {
  readonly id: string;
  readonly position: number;
  readonly type: string;
  readonly v: number;
  readonly stream: string;
  readonly version: number;
}

/** An event of the log that this release can't read: an unknown type, a newer version than it knows, data against their schema. */
export class Unreadable extends Rejected {
  readonly event: Named;
  readonly why: string;

  constructor({ id, position, type, v, stream, version }: Named, why: string, options?: ErrorOptions) {
    super(`read position ${position}, version ${version} of ${stream}: ${why}`, options);
    this.event = { id, position, type, v, stream, version };
    this.why = why;
  }
}
