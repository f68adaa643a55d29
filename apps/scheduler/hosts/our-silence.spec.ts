import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ManualClock } from '#libs/clock';
import type { HostId } from '#libs/contracts';
import { hostsDue } from '#libs/domain/fleet';
import { History } from '#libs/testing/history';
import { Hearing } from './hearing.ts';

const hosts = ['a', 'b', 'c', 'd', 'e', 'f'] as HostId[];
const FAULTS = 1000;
/** A host finds the broker again within this. */
const RECONNECTS_S = 20;

type Mail = { readonly kind: 'echo'; readonly from: Replica; readonly seq: number } | { readonly kind: 'word'; readonly host: HostId };

interface Replica {
  hearing: Hearing;
  isPaused: boolean;
}

/** What befalls the control plane; the hosts live and speak each second through all of it. */
type Fault =
  /** It stands still; its mail waits, or is lost. */
  | { readonly kind: 'pause'; readonly s: number; readonly keepsMail: boolean }
  /** It begins anew and knows nothing. */
  | { readonly kind: 'restart'; readonly s: number }
  /** The broker is away; hosts come back to it one by one. */
  | { readonly kind: 'broker'; readonly s: number; readonly keepsMail: boolean }
  /** Another replica gets the mail. */
  | { readonly kind: 'take-over'; readonly s: number };

/** Schedulers with one queue of mail between them, second by second. */
class ControlPlane {
  readonly clock = new ManualClock();
  readonly history: History;
  readonly replicas: readonly Replica[];
  #receiver = 0;
  #queue: Mail[] = [];
  #hasBroker = true;
  readonly #back = new Map<HostId, number>();
  #second = 0;

  constructor(count: number) {
    this.history = hosts.slice(0, count).reduce((history, host) => history.joined(host).connected(host), new History());
    this.replicas = [this.#replica(), this.#replica()];
  }

  befalls(fault: Fault, reconnects: readonly number[]): void {
    const replica = this.#holder;
    switch (fault.kind) {
      case 'pause':
        replica.isPaused = true;
        this.runs(fault.s);
        replica.isPaused = false;
        if (!fault.keepsMail) this.#queue = [];
        return;
      case 'restart':
        replica.isPaused = true;
        this.runs(fault.s);
        replica.isPaused = false;
        replica.hearing = new Hearing(this.clock);
        return;
      case 'broker':
        this.#hasBroker = false;
        if (!fault.keepsMail) this.#queue = [];
        this.runs(fault.s);
        this.#hasBroker = true;
        for (const [index, host] of hosts.entries()) this.#back.set(host, this.#second + (reconnects[index] ?? 0));
        return;
      case 'take-over':
        this.#receiver = 1 - this.#receiver;
        this.runs(fault.s);
    }
  }

  dies(host: HostId): void {
    this.#back.set(host, Number.POSITIVE_INFINITY);
  }

  runs(seconds: number): void {
    for (let second = 0; second < seconds; second++) this.#runSecond();
  }

  get lost(): number {
    return this.history.events.filter(({ type }) => type === 'HostLost').length;
  }

  #runSecond(): void {
    for (const replica of this.replicas) if (!replica.isPaused) this.#post({ kind: 'echo', from: replica, seq: replica.hearing.call() });
    for (const host of this.history.world.hosts.keys()) if ((this.#back.get(host) ?? 0) <= this.#second) this.#post({ kind: 'word', host });
    this.clock.advance(1000);
    this.#second++;
    if (this.#hasBroker && !this.#holder.isPaused) this.#deliver(this.#holder);
    for (const replica of this.replicas) if (!replica.isPaused) this.#decide(replica);
  }

  #post(mail: Mail): void {
    if (this.#hasBroker) this.#queue.push(mail);
  }

  #deliver(replica: Replica): void {
    const mail = this.#queue;
    this.#queue = [];
    for (const message of mail) {
      if (message.kind === 'word') replica.hearing.heard(message.host);
      else if (message.from === replica) replica.hearing.echoed(message.seq);
    }
  }

  #decide({ hearing }: Replica): void {
    const { world } = this.history;
    const heard = hearing.of([...world.hosts.keys()]);
    const now = this.#second * 1000;
    const due = heard && hostsDue(world, heard, now);
    if (due) this.history.at(now).decided(due.events);
  }

  get #holder(): Replica {
    return this.replicas[this.#receiver] as Replica;
  }

  #replica(): Replica {
    return { hearing: new Hearing(this.clock), isPaused: false };
  }
}

const seconds = fc.oneof(fc.integer({ min: 0, max: 8 }), fc.integer({ min: 9, max: 400 }));
const fault: fc.Arbitrary<Fault> = fc.oneof(
  fc.record({ kind: fc.constant('pause' as const), s: seconds, keepsMail: fc.boolean() }),
  fc.record({ kind: fc.constant('restart' as const), s: seconds }),
  fc.record({ kind: fc.constant('broker' as const), s: seconds, keepsMail: fc.boolean() }),
  fc.record({ kind: fc.constant('take-over' as const), s: fc.integer({ min: 0, max: 60 }) }),
);
const step = fc.record({
  fault,
  calm: fc.integer({ min: 0, max: 60 }),
  reconnects: fc.array(fc.integer({ min: 0, max: RECONNECTS_S }), { minLength: hosts.length, maxLength: hosts.length }),
});

describe.each([2, 3, 6])('with %i hosts that live', (count) => {
  it(`${FAULTS} pauses, restarts, absences of the broker and take-overs lose none`, () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: FAULTS, maxLength: FAULTS }), (steps) => {
        const plane = new ControlPlane(count);
        plane.runs(10);
        for (const { fault: next, calm, reconnects } of steps) {
          plane.befalls(next, reconnects);
          plane.runs(calm);
        }
        expect(plane.lost).toBe(0);
      }),
      { numRuns: 1, seed: 11 },
    );
  });

  it('a host that is dead is lost all the same', () => {
    const plane = new ControlPlane(count);
    plane.runs(10);
    plane.befalls({ kind: 'restart', s: 5 }, []);
    plane.dies(hosts[0] as HostId);
    plane.runs(60);
    expect(plane.lost).toBe(1);
  });
});
