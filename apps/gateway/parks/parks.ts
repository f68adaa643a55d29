import type { Ids } from '#libs/clock';
import { type AnyNewEvent, type ParkView, type StackName, streams, Transient } from '#libs/contracts';
import type { EventLog } from '#libs/event-log';
import type { ReadModel } from '../view/read-model.ts';

export interface ParksPorts {
  readonly log: EventLog;
  readonly ids: Ids;
  readonly readModel: ReadModel;
}

/** Others may append to the same stream meanwhile. */
const ATTEMPTS = 20;

/** Stacks for which a service decides nothing, and the wish that it may decide again. */
export class Parks {
  readonly #ports: ParksPorts;

  constructor(ports: ParksPorts) {
    this.#ports = ports;
  }

  list(): Promise<readonly ParkView[]> {
    return this.#ports.readModel.parks();
  }

  /** Null when it is not parked; else the park, and where the wish stands in the log. */
  async unpark(consumer: string, stack: string, actor: string): Promise<(ParkView & { readonly position: number }) | null> {
    const park = (await this.list()).find((known) => known.consumer === consumer && known.stack === stack);
    return park ? { ...park, position: await this.#wish(park, actor) } : null;
  }

  async #wish({ consumer, stack, event }: ParkView, actor: string): Promise<number> {
    const { log, ids } = this.#ports;
    const id = ids.event();
    const wish: AnyNewEvent = { id, type: 'UnparkRequested', data: { stack, consumer }, actor, correlation: id, causation: event };
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const [result] = await log.append([await this.#item(stack, wish)]);
      if (result?.status === 'appended' || result?.status === 'already') return Math.max(...result.positions);
      if (result?.status === 'refused') throw new Error(`unpark ${stack} of ${consumer}: ${result.reason}`);
    }
    throw new Transient(`unpark ${stack} of ${consumer}: others were faster ${ATTEMPTS} times`);
  }

  async #item(stack: StackName, event: AnyNewEvent) {
    const { log } = this.#ports;
    const stream = streams.requests(stack);
    const { incarnation } = await log.head();
    const [newest] = await log.read({ stream, order: 'newest', limit: 1 });
    return { incarnation, expected: { [stream]: newest?.version ?? 0 }, events: [{ stream, event }] };
  }
}
