import type { Clock } from '#libs/clock';
import { compareGenerations, type NamesPart, type StackName, Transient } from '#libs/contracts';
import { firstSubnetOf } from '../network/subnet.ts';
import { type CallerTable, HostResolver, type NamesLevel } from '../ports.ts';
import { writeWhole } from '../state/whole-file.ts';
import { ask, askState } from './client/ask.ts';
import { endProcess, isTrueInTime, startDetached } from './client/process.ts';
import type { ResolverState } from './control/routes.ts';
import { hashOf } from './hash.ts';
import { pathsOf } from './paths.ts';

export interface ResolverClientOptions {
  readonly home: string;
  readonly zone: string;
  /** CIDR of the containers' addresses. */
  readonly pool: string;
  /** Names the code that `command` runs: a resolver of another release is replaced. */
  readonly release: string;
  /** How to run `main`: program and first arguments. */
  readonly command: readonly string[];
  readonly clock: Clock;
  /** The gateway of the pool's first subnet, port 53, unless told. */
  readonly listen?: { readonly address: string; readonly port: number };
  /** `address` or `address#port`; an empty list asks nobody; those of the host's /etc/resolv.conf unless told. */
  readonly upstreams?: readonly string[];
}

/** The agent's side of the resolver: writes its files, starts its process, tells it of what changed. */
export class ResolverClient extends HostResolver {
  readonly #options: ResolverClientOptions;
  readonly #paths: ReturnType<typeof pathsOf>;
  readonly #listen: { readonly address: string; readonly port: number };
  #mutations = 0;
  #starting: Promise<void> | null = null;

  constructor(options: ResolverClientOptions) {
    super();
    this.#options = options;
    this.#paths = pathsOf(options.home);
    this.#listen = options.listen ?? { address: firstSubnetOf(options.pool).gateway, port: 53 };
  }

  /** How often something was written, told or started. */
  get mutations(): number {
    return this.#mutations;
  }

  ensureRunning(): Promise<void> {
    this.#starting ??= this.#ensureRunning().finally(() => {
      this.#starting = null;
    });
    return this.#starting;
  }

  async registerCallers(callers: CallerTable): Promise<void> {
    const { callersHash } = await this.#state();
    if (callersHash === hashOf(callers)) return;
    await this.#change(this.#paths.callers, '/callers', callers);
  }

  /** Stacks that are not named stay as they are. The answer is empty while the resolver has no address to answer from. */
  async apply(parts: readonly NamesPart[]): Promise<readonly NamesLevel[]> {
    const before = await this.#state();
    const newer = parts.filter(({ stack, generation }) => {
      const serving = before.generations[stack];
      return serving === undefined || compareGenerations(generation, serving) > 0;
    });
    for (const part of newer) await this.#change(this.#paths.part(part.stack), `/names/${part.stack}`, part);
    return levelsOf(newer.length > 0 ? await this.#state() : before);
  }

  /** The file first: what was told and then forgotten by a restart would be a lie. */
  async #change(file: string, path: string, value: unknown): Promise<void> {
    this.#mutations++;
    await writeWhole(file, JSON.stringify(value));
    await ask(this.#paths.socket, 'PUT', path, value);
  }

  async #state(): Promise<ResolverState> {
    const state = await askState(this.#paths.socket);
    if (state === null) throw new Transient('ask the resolver: it does not run');
    return state;
  }

  async #ensureRunning(): Promise<void> {
    const running = await askState(this.#paths.socket);
    if (running && this.#isWanted(running)) return;
    if (running) await endProcess(this.#options.clock, running.pid, async () => !(await this.#isUp()));
    this.#mutations++;
    const started = await startDetached([...this.#options.command, ...this.#arguments()], this.#paths.log);
    const isUp = async (): Promise<boolean> => started.hasExited() || (await this.#isUp());
    const isInTime = await isTrueInTime(this.#options.clock, isUp);
    if (!isInTime || started.hasExited()) throw new Transient(`start the resolver: see ${this.#paths.log}`);
  }

  async #isUp(): Promise<boolean> {
    return (await askState(this.#paths.socket)) !== null;
  }

  #isWanted({ version, zone, listen }: ResolverState): boolean {
    const isThere = listen.address === this.#listen.address && listen.port === this.#listen.port;
    return version === this.#options.release && zone === this.#options.zone && isThere;
  }

  #arguments(): readonly string[] {
    const { home, zone, pool, release, upstreams } = this.#options;
    const { address, port } = this.#listen;
    const own = { home, zone, pool, release, listen: address, port, ...(upstreams && { upstreams: upstreams.join(',') }) };
    return Object.entries(own).map(([name, value]) => `--${name}=${value}`);
  }
}

const levelsOf = ({ isListening, generations }: ResolverState): readonly NamesLevel[] =>
  isListening ? Object.entries(generations).map(([stack, generation]) => ({ stack: stack as StackName, generation })) : [];
