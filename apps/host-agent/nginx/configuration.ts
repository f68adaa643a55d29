import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, type Stats } from 'node:fs';
import { chmod, chown, mkdir, stat, truncate } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Server } from '#libs/contracts';
import { renderConf } from '#libs/domain/routing';
import { readWhole, writeWhole } from '../state/whole-file.ts';
import { type Workers, workersOf } from './workers.ts';

const LUA = fileURLToPath(new URL('lua/', import.meta.url));
/** Nginx appends its complaints for ever. */
const MAX_LOG_BYTES = 32 * 1024 * 1024;

export interface Rendered {
  /** Differs when the text or the Lua beside it does. */
  readonly id: string;
  readonly text: string;
}

/** The files of one prefix folder that Nginx reads. */
export class Configuration {
  readonly file: string;
  readonly #prefix: string;
  readonly #place: { readonly modules: string; readonly socket: string };
  readonly #lua: readonly { readonly name: string; readonly text: string }[];
  #workers: Promise<Workers> | null = null;

  constructor(prefix: string, place: { readonly modules: string; readonly socket: string }) {
    this.#prefix = prefix;
    this.#place = place;
    this.file = join(prefix, 'nginx.conf');
    this.#lua = readdirSync(LUA)
      .sort()
      .map((name) => ({ name, text: readFileSync(join(LUA, name), 'utf8') }));
  }

  /** The same as long as this agent lives, so that nobody's `chmod` reloads Nginx. */
  workers(): Promise<Workers> {
    this.#workers ??= makeFolder(this.#prefix, 0o711).then(() => workersOf(this.#prefix));
    return this.#workers;
  }

  /** True when `lay` would change nothing. */
  async isLaid(): Promise<boolean> {
    const log = await statOf(join(this.#prefix, 'error.log'));
    const { user } = await this.workers();
    const temp = await statOf(this.#tempOf(user.name));
    return (log?.size ?? 0) < MAX_LOG_BYTES && temp?.uid === user.uid && (await this.#luaToWrite()).length === 0;
  }

  /** Makes the folders, writes the Lua files that differ, and empties a log that grew too long. */
  async lay(): Promise<void> {
    const { user } = await this.workers();
    // Workers pass these and read the Lua files; nothing else here is theirs.
    for (const folder of ['lua', 'temp']) await makeFolder(join(this.#prefix, folder), 0o711);
    for (const folder of ['state', 'drafts']) await makeFolder(join(this.#prefix, folder), 0o700);
    await makeFolder(this.#tempOf(user.name), 0o700);
    await chown(this.#tempOf(user.name), user.uid, user.gid);
    await mkdir(dirname(this.#place.socket), { recursive: true, mode: 0o700 });
    for (const { name, text } of await this.#luaToWrite()) await writeWhole(join(this.#prefix, 'lua', name), text, 0o644);
    if (!(await this.isLaid())) await truncate(join(this.#prefix, 'error.log'));
  }

  async render(servers: readonly Server[]): Promise<Rendered> {
    const { user } = await this.workers();
    const place = { ...this.#place, workers: { user: user.name, group: user.group } };
    const hash = createHash('sha256').update(renderConf(servers, { ...place, id: '' }));
    for (const { name, text } of this.#lua) hash.update(name).update(text);
    const id = hash.digest('hex').slice(0, 16);
    return { id, text: renderConf(servers, { ...place, id }) };
  }

  async current(): Promise<{ readonly text: string } | null> {
    const text = await readWhole(this.file);
    return text === null ? null : { text };
  }

  async write({ text }: Pick<Rendered, 'text'>): Promise<void> {
    await writeWhole(this.file, text);
  }

  /** Returns a file beside the one that serves, for Nginx to test. */
  async writeCandidate({ text }: Rendered): Promise<string> {
    const path = join(this.#prefix, 'candidate.conf');
    await writeWhole(path, text);
    return path;
  }

  /** Ports on which the written configuration listens. */
  async ports(): Promise<ReadonlySet<number>> {
    const text = (await readWhole(this.file)) ?? '';
    return new Set([...text.matchAll(/^ {4}listen "(\d+)"/gm)].map(([, port]) => Number(port)));
  }

  #tempOf(user: string): string {
    return join(this.#prefix, 'temp', user);
  }

  async #luaToWrite() {
    const laid = await Promise.all(this.#lua.map(({ name }) => readPublic(join(this.#prefix, 'lua', name))));
    return this.#lua.filter(({ text }, index) => laid[index] !== text);
  }
}

const makeFolder = async (path: string, mode: number): Promise<void> => {
  await mkdir(path, { recursive: true });
  await chmod(path, mode);
};

const statOf = (path: string): Promise<Stats | null> => stat(path).catch(() => null);

/** Null also where not everybody can read it. */
const readPublic = async (path: string): Promise<string | null> => {
  const found = await statOf(path);
  return found && (found.mode & 0o004) !== 0 ? readWhole(path) : null;
};
