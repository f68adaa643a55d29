import type { Ids } from '#libs/clock';
import {
  type AnyNewEvent,
  type GroupTagged,
  type GroupView,
  type HostChange,
  type HostChangeAccepted,
  type HostView,
  Rejected,
  type StreamName,
  streams,
  Transient,
} from '#libs/contracts';
import type { EventLog } from '#libs/event-log';
import { HttpProblem } from '../http/problem.ts';
import type { ReadModel } from '../view/read-model.ts';
import type { Fitting } from './fitting.ts';

export interface HostWishesPorts {
  readonly log: EventLog;
  readonly ids: Ids;
  readonly readModel: Pick<ReadModel, 'hosts' | 'groups'>;
  readonly fitting: Fitting;
}

/** Others may append to the same stream meanwhile. */
const ATTEMPTS = 20;
const PLATFORM = 'platform';

/** What people wish of hosts and groups. The scheduler answers a wish for a host; a group's tags hold at once. */
export class HostWishes {
  readonly #ports: HostWishesPorts;

  constructor(ports: HostWishesPorts) {
    this.#ports = ports;
  }

  /** Throws a problem for a host that never joined. */
  async change(name: string, change: HostChange, actor: string): Promise<HostChangeAccepted> {
    const { hosts } = await this.#ports.readModel.hosts();
    const known = hosts.find(({ host }) => host === name);
    if (!known) throw new HttpProblem(404, 'not-found', `no host is called ${name}`);
    const { host, tags } = known;
    refuseUseless(known, change);
    const unfit = change.kind === 'tag' ? await this.#ports.fitting.unfit(new Map([[host, retagged(tags, change)]])) : [];
    return { host, unfit, position: await this.#append(streams.wishes(host), 'HostChangeRequested', { host, change }, actor) };
  }

  groups(): Promise<readonly GroupView[]> {
    return this.#ports.readModel.groups();
  }

  /** A group needs no host yet: those that join it have its tags. */
  async tagGroup(group: string, wanted: readonly string[], actor: string): Promise<GroupTagged> {
    const tags = [...new Set(wanted)].sort();
    const position = await this.#append(PLATFORM, 'GroupTagged', { group, tags }, actor);
    const { hosts } = await this.#ports.readModel.hosts();
    const members = hosts.filter((known) => known.group === group);
    const unfit = await this.#ports.fitting.unfit(new Map(members.map(({ host, tags }) => [host, tags])));
    return { group, tags, hosts: members.map(({ host }) => host), position, unfit };
  }

  async #append(stream: StreamName, type: 'HostChangeRequested' | 'GroupTagged', data: object, actor: string): Promise<number> {
    const { log, ids } = this.#ports;
    const id = ids.event();
    const event = { id, type, data, actor, correlation: id, causation: null } as AnyNewEvent;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const { incarnation } = await log.head();
      const [newest] = await log.read({ stream, order: 'newest', limit: 1 });
      const item = { incarnation, expected: { [stream]: newest?.version ?? 0 }, events: [{ stream, event }] };
      const [result] = await log.append([item]);
      if (result?.status === 'appended' || result?.status === 'already') return Math.max(...result.positions);
      if (result?.status === 'refused') throw new Error(`write a wish to ${stream}: ${result.reason}`);
    }
    throw new Transient(`write a wish to ${stream}: others were faster ${ATTEMPTS} times`);
  }
}

/** What could never come about. */
const refuseUseless = ({ host, life, bootId }: HostView, change: HostChange): void => {
  if (change.kind === 'reboot' && life === 'lost')
    throw new Rejected(`reboot ${host}: it is lost, and nobody there would hear it; start the machine, then ask again`);
  if (change.kind === 'reboot' && bootId === null)
    throw new Rejected(
      `reboot ${host}: its agent does not know in which boot its machine is; drain it, restart it yourself, and uncordon it`,
    );
  if (change.kind === 'tag' && change.add.length + change.remove.length === 0)
    throw new Rejected(`tag ${host}: name a tag to add (+ssd) or to take (-ssd)`);
};

/** `name:` and `group:` can't be taken. */
const retagged = (tags: readonly string[], { add, remove }: Extract<HostChange, { kind: 'tag' }>): readonly string[] => [
  ...tags.filter((tag) => !remove.includes(tag) || /^(name|group):/.test(tag)),
  ...add,
];
