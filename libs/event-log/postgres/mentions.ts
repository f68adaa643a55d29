import { createHash } from 'node:crypto';
import type pg from 'pg';
import { type BerthEvent, mentionsOf } from '#libs/contracts';
import type { EventQuery } from '../event-log.ts';
import type { View } from '../views/view-runner.ts';

/** In the order in which they narrow a question down: what few events name comes first. */
const KINDS = ['container', 'causation', 'correlation', 'host', 'actor'] as const;
type Kind = (typeof KINDS)[number];

/** Fills the table `mentions` behind the log. Whoever asks reads what is not in it yet from the log itself. */
export const mentionsView: View = {
  name: 'mentions-1',
  apply: async (client: pg.PoolClient, events: readonly BerthEvent[]): Promise<void> => {
    const rows = events.flatMap((event) => [...new Set(keysOf(event))].map((key) => [key, event.position] as const));
    await client.query('insert into mentions (key, position) select * from unnest ($1::int8[], $2::int8[])', [
      rows.map(([key]) => key),
      rows.map(([, position]) => position),
    ]);
  },
};

/** The checkpoint of the view. */
export const MENTIONS_CONSUMER = `view:${mentionsView.name}`;

/** The keys of a question that `mentions` answers, the narrowest first. */
export const keysAsked = (query: EventQuery): readonly string[] =>
  KINDS.flatMap((kind) => (query[kind] === undefined ? [] : [keyOf(kind, query[kind])]));

/** Written by `cut_archive`: an event that left the table is found by it. */
export const keyOfEvent = (id: string): string => keyOf('event', id);

const keysOf = (event: BerthEvent): readonly string[] => {
  const { hosts, containers } = mentionsOf(event);
  return [
    ...hosts.map((host) => keyOf('host', host)),
    ...containers.map((container) => keyOf('container', container)),
    keyOf('actor', event.actor),
    keyOf('correlation', event.correlation),
    ...(event.causation === null ? [] : [keyOf('causation', event.causation)]),
  ];
};

/** 64 bits of SHA-256, as an int8 in words. What is found by it is compared with what was asked for, so two names may share one. */
const keyOf = (kind: Kind | 'event', name: string): string =>
  createHash('sha256').update(`${kind}:${name}`).digest().readBigInt64BE().toString();
