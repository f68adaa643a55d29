import type { HostId, Service } from '#libs/contracts';
import { covers, doorPortsIn, type Free, type HostFacts, type ImageById, isOpen, portsOf, type World } from '../stack/index.ts';

/** What a container of a service asks of its host. */
export interface Need extends Free {
  readonly tags: readonly string[];
  readonly ports: readonly string[];
  /** Only a host that has it will do; null where each can fetch it. */
  readonly image: ImageById | null;
}

/** A service of a version: what its containers are made of. */
export interface Made {
  readonly service: Service;
  readonly image: ImageById | null;
}

/** Who asks for nothing fits where more is promised than there is. */
export const needOf = ({ service, image }: Made): Need => ({
  image,
  tags: service.tags,
  ports: portsOf(service),
  milliCpus: service.resources.milliCpus ?? Number.NEGATIVE_INFINITY,
  memoryBytes: service.resources.memoryBytes ?? Number.NEGATIVE_INFINITY,
});

/** What a decision that is being made has given of a host so far. */
interface Given extends Free {
  readonly containers: number;
  readonly ports: readonly string[];
}

const NO_DOORS: readonly string[] = [];
const NOTHING: Given = { milliCpus: 0, memoryBytes: 0, containers: 0, ports: [] };

/** Where hosts stand while a decision is made: what the log says less what the decision gave. */
export class Ground {
  readonly world: World;
  /** What leaves counts as gone. */
  readonly isLater: boolean;
  readonly #given = new Map<HostId, Given>();

  constructor(world: World, isLater: boolean) {
    this.world = world;
    this.isLater = isLater;
  }

  get touched(): IterableIterator<HostId> {
    return this.#given.keys();
  }

  given(host: HostId): Given {
    return this.#given.get(host) ?? NOTHING;
  }

  give(host: HostId, { milliCpus, memoryBytes, ports }: Need): void {
    const known = this.given(host);
    this.#given.set(host, {
      milliCpus: known.milliCpus + Math.max(0, milliCpus),
      memoryBytes: known.memoryBytes + Math.max(0, memoryBytes),
      containers: known.containers + 1,
      ports: ports.length === 0 ? known.ports : [...known.ports, ...ports],
    });
  }

  free({ host, capacity }: HostFacts): Free {
    const held = this.world.room.held.get(host);
    const given = this.given(host);
    const back = this.isLater ? held?.leaving : undefined;
    return {
      milliCpus: capacity.milliCpus - (held?.milliCpus ?? 0) + (back?.milliCpus ?? 0) - given.milliCpus,
      memoryBytes: capacity.memoryBytes - (held?.memoryBytes ?? 0) + (back?.memoryBytes ?? 0) - given.memoryBytes,
    };
  }

  staying(host: HostId): number {
    return (this.world.room.held.get(host)?.staying ?? 0) + this.given(host).containers;
  }

  isPortTaken(host: HostId, port: string): boolean {
    const holding = this.world.room.ports.get(port)?.get(host);
    const held = (holding?.all ?? 0) - (this.isLater ? (holding?.leaving ?? 0) : 0);
    return held > 0 || this.given(host).ports.includes(port);
  }

  arePortsFree(host: HostId, { ports }: Need): boolean {
    return ports.length === 0 || !ports.some((port) => this.isPortTaken(host, port));
  }

  /** Of these ports, those that the host's proxy has open or may have to open. */
  doorsAmong({ proxy }: Pick<HostFacts, 'proxy'>, { ports }: Pick<Need, 'ports'>): readonly string[] {
    return proxy && ports.length > 0 ? ports.filter((port) => doorPortsIn(this.world).has(port)) : NO_DOORS;
  }

  /** The one rule of fit. */
  fits(facts: HostFacts, need: Need): boolean {
    return (
      isOpen(facts) &&
      hasTags(facts, need) &&
      hasImage(facts, need) &&
      covers(this.free(facts), need) &&
      this.arePortsFree(facts.host, need) &&
      this.doorsAmong(facts, need).length === 0
    );
  }
}

export const hasTags = ({ tags }: Pick<HostFacts, 'tags'>, need: Pick<Need, 'tags'>): boolean =>
  need.tags.every((tag) => tags.includes(tag));

/** Of a host that told no images nothing is known: it may have it. */
export const hasImage = ({ images }: Pick<HostFacts, 'images'>, { image }: Pick<Need, 'image'>): boolean =>
  image === null || images === null || images.includes(image.id);

export const missingTags = ({ tags }: Pick<HostFacts, 'tags'>, need: Pick<Need, 'tags'>): readonly string[] =>
  need.tags.filter((tag) => !tags.includes(tag));
