import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { type BerthEvent, type EventData, type EventType, isEventType, parseEventData, type StackName } from '#libs/contracts';
import { checkInvariants } from '#libs/testing';
import { Processes } from './processes.ts';
import { type Env, OneProcess, type Roof, type Shape } from './roof.ts';

const ROOT = new URL('../../..', import.meta.url).pathname;

export interface Finished {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

type CloudEvent = Readonly<Record<string, unknown>> & { readonly type: string; readonly position: number };

/** A Berth of its own: home, ports, bridge and address range that no other one has. The engine is given; none (`''`) where this machine is no host. */
export class Berth {
  readonly home: string;
  readonly engine: string;
  readonly roof: Roof;
  readonly doorPort: number;
  readonly #net: number;

  private constructor(dir: string, engine: string, net: number, doorPort: number, roofOf: (env: Env) => Roof) {
    this.home = mkdtempSync(join(dir, 'bs-'));
    this.engine = engine;
    this.#net = net;
    this.doorPort = doorPort;
    this.roof = roofOf(this.#env());
  }

  /** `net` (1 to 60) sets its address range and ports apart from those of other stories. */
  static async create(engine: string, net: number, shape: Shape = 'one process'): Promise<Berth> {
    const [doorPort = 0, ...ports] = await freePorts(10_000 + net * 100, 50);
    const dir = shape === 'one process' ? tmpdir() : (shape.dir ?? tmpdir());
    return new Berth(dir, engine, net, doorPort, (env) =>
      shape === 'one process' ? new OneProcess(env, ports) : new Processes(env, ports, shape),
    );
  }

  get url(): string {
    return this.roof.url;
  }

  get door(): string {
    return `http://127.0.0.1:${this.doorPort}`;
  }

  get gateway(): string {
    return `10.${64 + this.#net}.0.1`;
  }

  get token(): string {
    return readFileSync(join(this.home, 'token'), 'utf8').trim();
  }

  start(overrides: Env = {}): Promise<void> {
    return this.roof.start(overrides);
  }

  /** Ends the control plane alone, as an operator or a crash would. */
  stop(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    return this.roof.stop(signal);
  }

  /** Stops everything and removes the home. */
  async destroy(): Promise<void> {
    await this.#keepLog();
    await this.roof.destroy();
    if (this.engine !== '') await this.#clearHost();
    rmSync(this.home, { recursive: true, force: true });
  }

  /** Runs the `berth` command as an operator would. */
  cli(args: readonly string[], env: Env = {}): Promise<Finished> {
    return run(process.execPath, [join(ROOT, 'dist/berth.mjs'), ...args], { ...this.#env(), BERTH_URL: this.url, NO_COLOR: '1', ...env });
  }

  deploy(file: string, env: Env = {}, args: readonly string[] = []): Promise<Finished> {
    return this.cli(['deploy', '-f', file, ...args], { SHOP_DOOR: String(this.doorPort), ...env });
  }

  async fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = { authorization: `Bearer ${this.token}`, ...(init.headers as Record<string, string> | undefined) };
    return fetch(`${this.url}${path}`, { ...init, headers });
  }

  /** The whole log, or what came after a position; oldest first. */
  async log(after = 0): Promise<readonly BerthEvent[]> {
    const events: BerthEvent[] = [];
    for (let last = after; ; ) {
      const answer = await this.fetch(`/v1/events?after=${last}&limit=1000`);
      const page = (await answer.json()) as { events: readonly CloudEvent[] };
      events.push(...page.events.map(fromCloudEvent));
      if (page.events.length < 1000) return events;
      last = page.events.at(-1)?.position ?? last;
    }
  }

  async eventsOf<T extends EventType>(type: T): Promise<readonly (BerthEvent & { type: T; data: EventData<T> })[]> {
    return (await this.log()).filter((event): event is BerthEvent & { type: T; data: EventData<T> } => event.type === type);
  }

  /** Follows the log until an event satisfies the claim; fails after `seconds`. */
  async until(claim: (event: BerthEvent) => boolean, seconds: number, after = 0): Promise<BerthEvent> {
    const answer = await this.fetch(`/v1/events?after=${after}`, {
      headers: { accept: 'text/event-stream' },
      signal: AbortSignal.timeout(seconds * 1000),
    });
    if (!answer.body) throw new Error('follow the log: no body');
    let text = '';
    for await (const chunk of answer.body.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      const frames = text.split('\n\n');
      text = frames.pop() ?? '';
      for (const frame of frames) {
        const data = frame.split('\n').find((line) => line.startsWith('data:'));
        if (!data) continue;
        const event = fromCloudEvent(JSON.parse(data.slice(5)) as CloudEvent);
        if (claim(event)) return event;
      }
    }
    throw new Error('follow the log: it ended');
  }

  /** What the checker has to say of the whole log, in words. */
  async violations(): Promise<readonly string[]> {
    return checkInvariants(await this.log()).map((v) => `${v.invariant} at ${v.position}: ${v.message}`);
  }

  async #clearHost(): Promise<void> {
    const down = await run(process.execPath, [join(ROOT, 'tools/down.mjs'), this.home, this.engine, 'main'], {});
    if (down.code !== 0) throw new Error(`take Berth down: ${down.stderr}`);
  }

  /** For a person who wants to know why a story failed: `BERTH_STORY_LOGS` names a folder for the logs of all stories. */
  async #keepLog(): Promise<void> {
    const folder = process.env.BERTH_STORY_LOGS;
    if (!folder) return;
    const lines = (await this.log()).map((event) => JSON.stringify(event));
    writeFileSync(join(folder, `${basename(this.home)}.ndjson`), `${lines.join('\n')}\n`);
  }

  #env(): Env {
    return {
      PATH: process.env.PATH ?? '',
      HOME: this.home,
      BERTH_HOME: this.home,
      BERTH_ENGINE: this.engine,
      BERTH_POOL: `10.${64 + this.#net}.0.0/16`,
      BERTH_BRIDGE: `bst${this.#net}`,
      // Never this machine.
      BERTH_REBOOT_COMMAND: 'false',
    };
  }
}

const fromCloudEvent = (event: CloudEvent): BerthEvent => {
  if (!isEventType(event.type)) throw new Error(`read event: unknown type ${event.type}`);
  const { source, schemaversion, laneno, time, causation, data, ...rest } = event as Record<string, unknown>;
  return {
    ...rest,
    stream: String(source).slice(1),
    v: schemaversion,
    laneNo: laneno,
    at: Date.parse(String(time)),
    causation: causation ?? null,
    data: parseEventData(event.type, Number(schemaversion), data),
  } as unknown as BerthEvent;
};

export const run = async (command: string, args: readonly string[], env: Env): Promise<Finished> => {
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'], cwd: ROOT });
  const text = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => {
    text.stdout += chunk;
  });
  child.stderr.on('data', (chunk) => {
    text.stderr += chunk;
  });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code: code ?? -1, ...text };
};

/** Free ports from `first` on: below the range from which the kernel draws ports for connections. */
const freePorts = async (first: number, count: number): Promise<readonly number[]> => {
  const free: number[] = [];
  for (let port = first; free.length < count; port++) if (await isFree(port)) free.push(port);
  return free;
};

const isFree = async (port: number): Promise<boolean> => {
  const server = createServer().listen(port, '0.0.0.0');
  const isListening = await once(server, 'listening').then(
    () => true,
    () => false,
  );
  if (isListening) await new Promise((resolve) => server.close(resolve));
  return isListening;
};

export const shop = join(ROOT, 'examples/shop/compose.yaml');
export const stack = 'shop' as StackName;
