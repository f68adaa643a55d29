import { Controller, Get, Headers, Inject, Query, Res } from '@nestjs/common';
import { toCloudEvent } from '#libs/contracts';
import { EventLog } from '#libs/event-log';
import { Followers } from '../follow/followers.ts';
import { readPage } from '../follow/page.ts';
import type { Reply } from './exchange.ts';
import { type EventsQuery, eventsQuery, position, readHeader } from './parameters.ts';

@Controller('v1/events')
export class EventsController {
  readonly #log: EventLog;
  readonly #followers: Followers;

  constructor(@Inject(EventLog) log: EventLog, @Inject(Followers) followers: Followers) {
    this.#log = log;
    this.#followers = followers;
  }

  @Get()
  async read(
    @Query({ schema: eventsQuery }) { after, limit, ...query }: EventsQuery,
    @Headers('accept') accept: string | undefined,
    @Headers('last-event-id') lastEventId: string | undefined,
    @Res() reply: Reply,
  ): Promise<void> {
    if (accept?.toLowerCase().includes('text/event-stream')) {
      const from = readHeader('Last-Event-ID', position.optional(), lastEventId) ?? after;
      await this.#followers.serve(reply.hijack().raw, query, from);
      return;
    }
    const { events, next } = await readPage(this.#log, { ...query, after, limit });
    reply.send({ events: events.map(toCloudEvent), next });
  }
}
