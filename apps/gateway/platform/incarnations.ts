import type { Ids } from '#libs/clock';
import type { IncarnationBegun } from '#libs/contracts';
import type { EventLog } from '#libs/event-log';

/** An operator's word that the log is not the one that it was, where nothing else can tell: an older backup was put in its place while everybody slept. */
export class Incarnations {
  readonly #log: EventLog;
  readonly #ids: Ids;

  constructor(log: EventLog, ids: Ids) {
    this.#log = log;
    this.#ids = ids;
  }

  /** Null when somebody else was faster in this very moment. */
  async raise(words: string, actor: string): Promise<IncarnationBegun | null> {
    const { incarnation: from } = await this.#log.head();
    const id = this.#ids.event();
    await this.#log.raiseIncarnation({ id, from, reason: 'by-operator', words, actor });
    const raised = await this.#log.find(id);
    if (raised?.type !== 'IncarnationRaised') return null;
    const { incarnation, until } = raised.data;
    return { incarnation, position: raised.position, until };
  }
}
