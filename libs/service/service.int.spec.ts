import { afterEach, describe, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { Transient } from '#libs/contracts';
import type { Alive } from './running.ts';
import { type Given, type Process, runService, type Service } from './service.ts';

const NEW_NODE = '24.0.0';

/** A process that a test looks into and sends signals to. */
class Stage implements Process {
  readonly env: Record<string, string>;
  readonly versions: { readonly node: string };
  readonly stdout = { isTTY: false };
  readonly said: string[] = [];
  readonly ended = Promise.withResolvers<number>();
  readonly #signals = new Map<string, () => void>();

  constructor(env: Record<string, string> = {}, node = NEW_NODE) {
    this.env = env;
    this.versions = { node };
    for (const stream of [process.stdout, process.stderr])
      vi.spyOn(stream, 'write').mockImplementation((text) => this.said.push(String(text)) > 0);
  }

  once(signal: string, call: () => void): void {
    this.#signals.set(signal, call);
  }

  exit(code: number): void {
    this.ended.resolve(code);
  }

  signal(signal: 'SIGTERM' | 'SIGINT'): void {
    this.#signals.get(signal)?.();
  }

  get words(): string {
    return this.said.join('');
  }

  /** Where it says how it is. */
  async asked(path: string): Promise<{ readonly status: number; readonly text: string }> {
    const [, url = ''] = await vi.waitUntil(() => /health on (\S+)\/readyz/.exec(this.words));
    const answer = await fetch(`${url}${path}`);
    return { status: answer.status, text: await answer.text() };
  }
}

const variables = { BERTH_SHELF: z.string().regex(/^\d+$/, 'use digits') };
type Settings = z.infer<z.ZodObject<typeof variables>>;

const service = (start: (given: Given<Settings>) => Promise<Alive>): Service<typeof variables> => ({ name: 'librarian', variables, start });
const content: Alive = { hindrance: async () => null, close: async () => undefined };

describe('runService', () => {
  let stage: Stage;
  afterEach(async () => {
    stage.signal('SIGTERM');
    await stage.ended.promise;
    vi.restoreAllMocks();
  });

  it('ends with one error that lists every bad variable', async () => {
    stage = new Stage({ BERTH_SHELF: 'top', BERTH_HEALTH: 'here' });
    await runService(
      stage,
      service(async () => content),
    );
    expect(await stage.ended.promise).toBe(1);
    expect(stage.words).toContain('BERTH_SHELF: use digits');
    expect(stage.words).toContain('BERTH_HEALTH: write it as address:port');
  });

  it('refuses a Node that is too old', async () => {
    stage = new Stage({ BERTH_SHELF: '1' }, '20.19.0');
    await runService(
      stage,
      service(async () => content),
    );
    expect(await stage.ended.promise).toBe(1);
    expect(stage.words).toContain('Node 20.19.0 is too old');
  });

  it('lives and is not ready while it waits, which it says once', async () => {
    stage = new Stage({ BERTH_SHELF: '1' });
    const away = (): Promise<Alive> => Promise.reject(new Error('open the shelf', { cause: new Transient('the librarian is at lunch') }));
    const ended = runService(
      stage,
      service(({ patiently }) => patiently('the shelf', away)),
    );
    expect((await stage.asked('/healthz')).status).toBe(200);
    expect(await stage.asked('/readyz')).toEqual({ status: 503, text: '{"status":"not ready","why":"it waits for the shelf"}\n' });
    await vi.waitUntil(() => stage.words.includes('at lunch'));
    stage.signal('SIGINT');
    await ended;
    expect(await stage.ended.promise).toBe(0);
    expect(stage.words.match(/at lunch/g)).toHaveLength(1);
  });

  it('shows the figures of the app, ready or not, and leaves out what can not be asked', async () => {
    stage = new Stage({ BERTH_SHELF: '1' });
    const [hindrances, figures] = [
      [null, 'the shelf is full', null],
      [{ books: 3 }, { books: 9 }],
    ];
    const app: Alive = {
      ...content,
      hindrance: async () => hindrances.shift() ?? null,
      figures: async () => figures.shift() ?? Promise.reject(new Error('nobody counts')),
    };
    await runService(
      stage,
      service(async () => app),
    );
    expect(await stage.asked('/readyz')).toEqual({ status: 200, text: '{"status":"ready","books":3}\n' });
    expect((await stage.asked('/readyz')).text).toBe('{"status":"not ready","why":"the shelf is full","books":9}\n');
    expect((await stage.asked('/readyz')).text).toBe('{"status":"ready"}\n');
  });

  it('is ready as long as nothing hinders the app', async () => {
    stage = new Stage({ BERTH_SHELF: '1' });
    let hindrance: string | null = null;
    await runService(
      stage,
      service(async () => ({ ...content, hindrance: async () => hindrance })),
    );
    expect((await stage.asked('/readyz')).status).toBe(200);
    hindrance = 'it is 7 books behind';
    expect(await stage.asked('/readyz')).toMatchObject({ status: 503, text: expect.stringContaining('7 books') });
  });

  it('is not ready when what the app needs can not be reached', async () => {
    stage = new Stage({ BERTH_SHELF: '1' });
    const hindrance = (): Promise<null> => Promise.reject(new Transient('read head of the log: connect ECONNREFUSED'));
    await runService(
      stage,
      service(async () => ({ ...content, hindrance })),
    );
    expect(await stage.asked('/readyz')).toMatchObject({ status: 503, text: expect.stringContaining('ECONNREFUSED') });
  });

  it('closes the app first and then what it stands on, in reverse, whatever fails on the way', async () => {
    stage = new Stage({ BERTH_SHELF: '1' });
    const closed: string[] = [];
    const part = (name: string) => ({ close: async () => void closed.push(name) });
    await runService(
      stage,
      service(async ({ opened }) => {
        opened.push(part('database'));
        opened.push({ close: () => Promise.reject(new Error('the bus does not answer')) });
        return { ...content, ...part('app') };
      }),
    );
    stage.signal('SIGTERM');
    expect(await stage.ended.promise).toBe(1);
    expect(closed).toEqual(['app', 'database']);
    expect(stage.words).toContain('the bus does not answer');
  });

  it('ends at once where waiting would not help', async () => {
    stage = new Stage({ BERTH_SHELF: '1' });
    await runService(
      stage,
      service(({ patiently }) => patiently('the shelf', () => Promise.reject(new Error('it burned down')))),
    );
    expect(await stage.ended.promise).toBe(1);
    expect(stage.words).toContain('it burned down');
  });
});
