import { z } from 'zod';
import type { Clock, Ids } from '#libs/clock';
import type { WebhookAdded, WebhookView } from '#libs/contracts';
import type { EventLog, Seals } from '#libs/event-log';
import { feedFilter } from '../http/events-query.ts';
import { bodyRefused, HttpProblem } from '../http/problem.ts';
import { faultOf } from './deliver.ts';
import { isSecret, secretOf } from './signature.ts';
import type { Feed, WebhookTable } from './table.ts';

const isAddress = (text: string): boolean => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);

export const webhookBody = z.strictObject({
  url: z
    .string('say where to send it')
    .max(2000, 'use at most 2000 characters')
    .refine(isAddress, 'use an address, for example https://ci.example.com/berth')
    .refine(
      (text) => !isAddress(text) || (new URL(text).username === '' && new URL(text).password === ''),
      'leave user and password out of it',
    ),
  filter: feedFilter.default({}),
  /** Send what is of a higher position; without it what comes from now on. */
  after: z.int().nonnegative().nullable().default(null),
  secret: z.string().refine(isSecret, 'use whsec_ and the base64 of 24 to 64 bytes, or leave it out and get one').nullable().default(null),
});
export type WebhookBody = z.infer<typeof webhookBody>;

export interface WebhooksPorts {
  readonly log: EventLog;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly seals: Seals;
  readonly table: WebhookTable;
  readonly allowed: readonly string[];
  /** Wakes the sender. */
  readonly changed: () => void;
}

const SECRET_BYTES = 32;

/** The key that seals a feed's secret. */
export const keyOf = (id: string): string => `webhook/${id}`;

/** Whom the log is sent to: asked for, listed, ended. */
export class Webhooks {
  readonly #ports: WebhooksPorts;

  constructor(ports: WebhooksPorts) {
    this.#ports = ports;
  }

  async add({ url, filter, after, secret: given }: WebhookBody): Promise<WebhookAdded> {
    const { log, clock, ids, seals, table, allowed, changed } = this.#ports;
    const fault = faultOf(new URL(url), allowed);
    if (fault !== null) throw bodyRefused([{ pointer: '#/url', detail: fault }]);
    const id = ids.run();
    const head = await log.head();
    const secret = given ?? secretOf(ids.bytes(SECRET_BYTES));
    const { secret: sealed = '' } = await seals.seal(keyOf(id), { secret });
    const place = { incarnation: head.incarnation, position: Math.min(after ?? head.position, head.position) };
    const rest = { deliveredAt: null, failures: 0, lastError: null, retryAt: null, isStopped: false };
    const feed: Feed = { id, url, filter, secret: sealed, createdAt: clock.now(), ...place, ...rest };
    await table.add(feed);
    changed();
    return { ...viewOf(feed, head.position), secret };
  }

  async list(): Promise<readonly WebhookView[]> {
    const { position } = await this.#ports.log.head();
    return (await this.#ports.table.all()).map((feed) => viewOf(feed, position));
  }

  /** Its secret is erased with it. */
  async remove(id: string): Promise<void> {
    const { table, seals, changed } = this.#ports;
    if (!(await table.remove(id))) throw new HttpProblem(404, 'not-found', `no webhook is called ${id}`);
    await seals.drop(keyOf(id));
    changed();
  }
}

const viewOf = ({ incarnation: _, secret: __, isStopped, ...feed }: Feed, head: number): WebhookView => ({
  ...feed,
  state: isStopped ? 'stopped' : feed.failures > 0 ? 'failing' : 'sending',
  behind: Math.max(0, head - feed.position),
});
