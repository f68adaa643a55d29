import {
  type BerthEvent,
  type DeploymentId,
  type EventData,
  type EventType,
  laneOf,
  type Manifest,
  type Service,
  type StackName,
  subjectOf,
} from '#libs/contracts';
import type { Decided } from '#libs/domain';
import { emptyWorld, evolveWorld, type World } from '#libs/domain/stack';
import { manifestOf } from '#libs/testing/history';

const STACK = 1000;
const REGIONS = ['region:eu', 'region:us', 'region:ap'];
const DISKS = ['disk:ssd', 'disk:hdd'];
/** What the services that are placed ask for: one host in six has all of it. */
export const ASKED = ['region:eu', 'disk:ssd', 'provider:own'];

const MIB = 2 ** 20;
const wish = { resources: { milliCpus: 10, memoryBytes: 16 * MIB } };
const template = manifestOf('bench', { web: wish });

/** Numbers events as a log does, and folds them. */
export class Teller {
  world: World = emptyWorld;
  #number = 0;

  tell<T extends EventType>(stream: string, type: T, data: EventData<T>): void {
    const position = this.world.position + 1;
    const version = (this.world.versions.get(stream) ?? 0) + 1;
    const envelope = { id: `e${position}`, type, v: 1, stream, version, incarnation: 1, position, at: position };
    const of = {
      lane: laneOf(subjectOf(data as EventData<EventType>)),
      laneNo: position,
      actor: 'bench',
      correlation: 'bench',
      causation: null,
    };
    const event = { ...envelope, ...of, data } as unknown as BerthEvent;
    this.world = evolveWorld(this.world, event);
  }

  take(events: readonly Decided[]): void {
    for (const { stream, type, data } of events) this.tell(stream, type, data);
  }

  /** A version of a stack with one service, whose containers are due. */
  deploy(stack: string, version: number, replicas: number, tags: readonly string[]): Deployed {
    const deployment = `${this.#letters()}aaaaaaaa` as DeploymentId;
    const service = { ...(Object.values(template.services)[0] as Service), replicas, tags: [...tags] };
    const manifest = { ...template, stack: stack as StackName, services: { web: service } as Manifest['services'] };
    const subject = { stack: stack as StackName, deployment, version };
    this.tell(`stack/${stack}`, 'VersionCreated', { ...subject, manifest, images: {}, revision: null });
    this.tell(`stack/${stack}`, 'DeploymentStarted', { ...subject, replaces: version > 1 ? version - 1 : null });
    return subject;
  }

  promote(subject: Deployed): void {
    this.tell(`stack/${subject.stack}`, 'VersionPromoted', { ...subject, draft: null });
  }

  /** Eight of them, that no other deployment has. */
  #letters(): string {
    let left = this.#number++;
    return Array.from({ length: 8 }, () => {
      const letter = String.fromCharCode(97 + (left % 26));
      left = Math.floor(left / 26);
      return letter;
    }).join('');
  }
}

interface Deployed {
  readonly stack: StackName;
  readonly deployment: DeploymentId;
  readonly version: number;
}

/** So many hosts of twelve kinds, on which so many containers run each; each twentieth is full. */
export const fleetOf = (hosts: number, each: number): Teller => {
  const teller = new Teller();
  const names = Array.from({ length: hosts }, (_, nth) => `host-${String(nth).padStart(5, '0')}`);
  for (const [nth, host] of names.entries()) {
    const tags = [REGIONS[nth % 3] as string, DISKS[nth % 2] as string, nth % 4 < 3 ? 'provider:own' : 'provider:aws'];
    const isFull = nth % 20 === 7;
    const capacity = { milliCpus: 64_000, memoryBytes: isFull ? each * 16 * MIB : 2 ** 38 };
    teller.tell('hosts', 'HostJoined', { host: host as never, tags, capacity, proxy: true });
  }
  const containers = hosts * each;
  for (let from = 0; from < containers; from += STACK) fill(teller, `fill-${from / STACK}`, from, names);
  return teller;
};

/** Not decided, so that a fleet of a million is there soon. */
const fill = (teller: Teller, stack: string, from: number, hosts: readonly string[]): void => {
  const subject = teller.deploy(stack, 1, STACK, []);
  const placements = Array.from({ length: STACK }, (_, nth) => {
    const host = hosts[(from + nth) % hosts.length] as string;
    return { container: `${stack}-web-${nth + 1}-${subject.deployment.slice(0, 8)}-1`, slot: nth + 1, host, reason: 'it was there before' };
  });
  teller.tell('fleet', 'ContainersPlaced', { ...subject, service: 'web', placements } as unknown as EventData<'ContainersPlaced'>);
  teller.promote(subject);
};
