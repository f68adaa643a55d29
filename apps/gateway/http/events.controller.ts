import { Controller, Get, Headers, Inject, Query, Req, Res } from '@nestjs/common';
import { toCloudEvent } from '#libs/contracts';
import { EventLog, type EventQuery } from '#libs/event-log';
import { Archive } from '#libs/event-log/archive';
import { Followers } from '../follow/followers.ts';
import { readPage } from '../follow/page.ts';
import { standOf } from '../follow/stand.ts';
import { cursorOf, placeOfCursor } from './cursor.ts';
import { type EventsQuery, eventsQuery, place } from './events-query.ts';
import { pathOf, type Reply, type Request } from './exchange.ts';
import { readHeader } from './parameters.ts';
import { HttpProblem } from './problem.ts';

type Place = NonNullable<EventsQuery['after']>;

@Controller('v1/events')
export class EventsController {
  readonly #log: EventLog;
  readonly #followers: Followers;
  readonly #archive: Archive;

  constructor(@Inject(EventLog) log: EventLog, @Inject(Followers) followers: Followers, @Inject(Archive) archive: Archive) {
    this.#log = log;
    this.#followers = followers;
    this.#archive = archive;
  }

  @Get()
  async read(
    @Query({ schema: eventsQuery }) query: EventsQuery,
    @Headers('accept') accept: string | undefined,
    @Headers('last-event-id') lastEventId: string | undefined,
    @Req() request: Request,
    @Res() reply: Reply,
  ): Promise<void> {
    if (accept?.toLowerCase().includes('text/event-stream')) await this.#follow(query, lastEventId, reply);
    else await this.#page(query, request, reply);
  }

  async #follow({ after, before, order, cursor, limit: _, ...filters }: EventsQuery, lastEventId: string | undefined, reply: Reply) {
    if (before !== undefined || order === 'newest')
      throw new HttpProblem(400, 'bad-request', 'before, order: a stream goes on with what comes; leave them out');
    const from = cursor === undefined ? after : placeOfCursor(cursor, { ...filters, order });
    const last = readHeader('Last-Event-ID', place.optional(), lastEventId);
    await this.#followers.serve(reply.hijack().raw, filters, last ?? from ?? { incarnation: null, position: 0 });
  }

  /**
   * The body's `next` and the header `Link` (RFC 8288) say how to go on; `Berth-Position` up to where the log was read; `archived` names the files
   * in which events of this page stand alone.
   */
  async #page({ after, before, cursor, limit, ...filters }: EventsQuery, request: Request, reply: Reply): Promise<void> {
    const asked = cursor === undefined ? after : placeOfCursor(cursor, filters);
    const bounds = { ...(after ? { after: after.position } : {}), ...(before === undefined ? {} : { before }) };
    const query = { ...filters, ...bounds, limit, ...(cursor === undefined || !asked ? {} : goingOn(filters, asked)) };
    const { events, next, head } = await readPage(this.#log, query);
    if (asked) await this.#assertStands(asked, head);
    const nextCursor = next === null ? null : cursorOf({ incarnation: head.incarnation, position: next }, filters);
    reply.headers({ 'berth-position': String(head.position), ...(nextCursor === null ? {} : { link: linkTo(request, nextCursor) }) });
    const archived = await this.#archive.cutAmong(events.map(({ position }) => position));
    reply.send({ events: events.map(toCloudEvent), next: nextCursor, ...(archived.length === 0 ? {} : { archived }) });
  }

  async #assertStands(asked: Place, head: Awaited<ReturnType<EventLog['head']>>): Promise<void> {
    const { incarnation, position } = asked;
    if (incarnation === null) return;
    const stand = await standOf(this.#log, head, { incarnation, position });
    if (!stand.isBack) return;
    throw new HttpProblem(
      410,
      'lost-future',
      `the log went back: what you read after position ${stand.position} is no longer part of it; go on with after=${head.incarnation}.${stand.position}`,
    );
  }
}

const goingOn = ({ order }: EventQuery, { position }: Place): EventQuery =>
  order === 'newest' ? { before: position } : { after: position };

const linkTo = (request: Request, cursor: string): string => {
  const parameters = new URLSearchParams(request.url.split('?')[1] ?? '');
  parameters.set('cursor', cursor);
  return `<${pathOf(request)}?${parameters}>; rel="next"`;
};
