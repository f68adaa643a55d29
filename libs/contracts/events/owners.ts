import type { z } from 'zod';
import { doors } from './doors.ts';
import { fleet } from './fleet.ts';
import { host } from './host.ts';
import { hosts } from './hosts.ts';
import { platform } from './platform.ts';
import { listening, reactions } from './reactions.ts';
import { requests } from './requests.ts';
import { stack } from './stack.ts';
import { wishes } from './wishes.ts';

export interface StreamKind {
  /** The stream of an event: `<field>` is that field of its data. */
  readonly stream: string;
  /** The only service that appends to it. */
  readonly owner: string;
  readonly about: string;
  readonly events: Readonly<Record<string, z.ZodObject>>;
}

export const streamKinds: readonly StreamKind[] = [
  { stream: 'requests/<stack>', owner: 'gateway', about: 'Every wish of a person or of CI.', events: requests },
  { stream: 'wishes/<host>', owner: 'gateway', about: 'Every wish of a person about a host.', events: wishes },
  { stream: 'stack/<stack>', owner: 'deployer', about: 'Versions, deployments, promotion and retirement.', events: stack },
  { stream: 'hosts', owner: 'scheduler', about: 'Which hosts there are, and what they have.', events: hosts },
  { stream: 'fleet', owner: 'scheduler', about: 'Every placement and its release.', events: fleet },
  { stream: 'host/<host>', owner: 'scheduler', about: 'What the agent of the host reported; its recorder writes it.', events: host },
  { stream: 'doors/<stack>', owner: 'proxy-configurator', about: 'What proxies prepare and serve.', events: doors },
  { stream: 'platform', owner: 'gateway', about: 'What concerns all of Berth.', events: platform },
  {
    ...{ stream: 'reactions/<consumer>/<stack>', owner: 'the service that it names' },
    ...{ about: 'What a service says of its own deciding for a stack.', events: reactions },
  },
  {
    ...{ stream: 'listening/<consumer>', owner: 'the service that it names' },
    ...{ about: 'When none of its replicas listened.', events: listening },
  },
];

const patterns = new Map(streamKinds.flatMap(({ stream, events }) => Object.keys(events).map((type) => [type, stream])));

/** The one stream that an event of this type and data belongs to. */
export const streamOf = (type: string, data: Readonly<Record<string, unknown>>): string =>
  (patterns.get(type) ?? '').replaceAll(/<(\w+)>/g, (_, field: string) => String(data[field]));
