import Docker, { type ContainerCreateOptions, type NetworkCreateOptions, type NetworkInspectInfo } from 'dockerode';
import type { Clock } from '#libs/clock';
import { type ContainerId, type HostId, Rejected, type ReportedImages, Transient } from '#libs/contracts';
import type { ObservedContainer } from '#libs/domain/host';
import { Engine, type EngineInfo } from '../ports.ts';
import { LABELS } from './container-options.ts';
import { statusOf, unless, wordsOf } from './errors.ts';
import { fetchImage } from './image.ts';
import { imagesOf } from './images.ts';
import { InspectCache } from './inspect-cache.ts';
import { textOfFrames } from './output.ts';
import { watchEvents } from './watch.ts';

interface Options {
  readonly socket: string;
  readonly host: HostId;
  readonly network: string;
  readonly clock: Clock;
  readonly report: (problem: string, cause: unknown) => void;
}

interface DockerInfo {
  readonly ServerVersion: string;
  readonly NCPU: number;
  readonly MemTotal: number;
  readonly Architecture?: string;
}

/** The kernel's words for what images call otherwise. */
const ARCHS: Readonly<Record<string, string>> = { x86_64: 'amd64', aarch64: 'arm64', armv7l: 'arm', i686: '386' };

const OUTPUT_LINES = 50;

/** Thin hands on one Docker engine. */
export class DockerEngine extends Engine {
  readonly #options: Options;
  readonly #docker: Docker;
  readonly #cache = new InspectCache();
  readonly #fetching = new Map<string, Promise<void>>();
  #mutations = 0;

  constructor(options: Options) {
    super();
    this.#options = options;
    this.#docker = new Docker({ socketPath: options.socket });
  }

  /** Calls so far that changed something, or tried to. */
  get mutations(): number {
    return this.#mutations;
  }

  async info(): Promise<EngineInfo> {
    const { ServerVersion, NCPU, MemTotal, Architecture } = (await this.#ask('read the capacity', this.#docker.info())) as DockerInfo;
    const told = { engine: `docker ${ServerVersion}`, capacity: { milliCpus: NCPU * 1000, memoryBytes: MemTotal } };
    return Architecture ? { ...told, arch: ARCHS[Architecture] ?? Architecture } : told;
  }

  async list(): Promise<readonly ObservedContainer[]> {
    const filters = { label: [`${LABELS.host}=${this.#options.host}`] };
    const listed = await this.#ask('list containers', this.#docker.listContainers({ all: true, filters }));
    this.#cache.keepOnly(listed);
    const inspections = listed.map((entry) => unless(this.#cache.inspect(this.#docker, entry, this.#options.network), 404));
    const found = await this.#ask('inspect containers', Promise.all(inspections));
    return found.filter((container) => container !== null);
  }

  override async images(): Promise<ReportedImages> {
    return imagesOf(await this.#ask('list images', this.#docker.listImages()));
  }

  /** The same image is fetched once at a time. */
  async ensureImage(image: string): Promise<void> {
    const under = this.#fetching.get(image);
    if (under) return under;
    const fetching = fetchImage(this.#docker, image, () => this.#mutations++).finally(() => this.#fetching.delete(image));
    this.#fetching.set(image, fetching);
    return fetching;
  }

  async create(options: ContainerCreateOptions): Promise<void> {
    await this.#mutate(`create container ${options.name}`, async () => {
      try {
        await this.#docker.createContainer(options);
      } catch (cause) {
        if (statusOf(cause) !== 409 || !(await this.#isOurs(options.name ?? ''))) throw cause;
      }
    });
  }

  async start(container: ContainerId): Promise<void> {
    await this.#mutate(`start container ${container}`, () => unless(this.#docker.getContainer(container).start(), 304));
    this.#cache.forget(container);
  }

  async stop(container: ContainerId, graceMs: number): Promise<void> {
    const seconds = Math.ceil(graceMs / 1000);
    await this.#mutate(`stop container ${container}`, () => unless(this.#docker.getContainer(container).stop({ t: seconds }), 304, 404));
    this.#cache.forget(container);
  }

  async remove(container: ContainerId): Promise<void> {
    await this.#mutate(`remove container ${container}`, () => unless(this.#docker.getContainer(container).remove({ v: true }), 404, 409));
    this.#cache.forget(container);
  }

  /** Its last 50 lines, at most 64 KiB. */
  async tail(container: ContainerId): Promise<string> {
    const options = { stdout: true, stderr: true, tail: OUTPUT_LINES, follow: false } as const;
    const frames = await unless(this.#docker.getContainer(container).logs(options), 404);
    return frames === null ? '' : textOfFrames(frames);
  }

  async network(name: string): Promise<NetworkInspectInfo | null> {
    return this.#ask(`inspect network ${name}`, unless(this.#docker.getNetwork(name).inspect() as Promise<NetworkInspectInfo>, 404));
  }

  async createNetwork(options: NetworkCreateOptions): Promise<void> {
    await this.#mutate(`create network ${options.Name}`, () => unless(this.#docker.createNetwork(options), 409));
  }

  watch(changed: () => void, imagesChanged: () => void = () => undefined): { stop(): Promise<void> } {
    return watchEvents({
      docker: this.#docker,
      host: this.#options.host,
      clock: this.#options.clock,
      report: this.#options.report,
      imagesChanged,
      changed: (container) => {
        if (container === null) this.#cache.clear();
        else this.#cache.forget(container);
        changed();
      },
    });
  }

  async #isOurs(name: string): Promise<boolean> {
    const found = await this.#docker.getContainer(name).inspect();
    return found.Config.Labels[LABELS.container] === name && found.Config.Labels[LABELS.host] === this.#options.host;
  }

  async #ask<T>(what: string, call: Promise<T>): Promise<T> {
    try {
      return await call;
    } catch (cause) {
      throw new Transient(`${what} of the engine at ${this.#options.socket}: ${wordsOf(cause)}`, { cause });
    }
  }

  async #mutate(what: string, call: () => Promise<unknown>): Promise<void> {
    this.#mutations++;
    try {
      await call();
    } catch (cause) {
      const status = statusOf(cause);
      const message = `${what}: ${wordsOf(cause)}`;
      throw status === undefined ? new Transient(message, { cause }) : new Rejected(message, { cause });
    }
  }
}
