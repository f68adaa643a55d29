import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, stat, truncate } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Server } from '#libs/contracts';
import { renderConf } from '#libs/domain/routing';
import { readWhole, writeWhole } from '../state/whole-file.ts';

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

  constructor(prefix: string, place: { readonly modules: string; readonly socket: string }) {
    this.#prefix = prefix;
    this.#place = place;
    this.file = join(prefix, 'nginx.conf');
    this.#lua = readdirSync(LUA)
      .sort()
      .map((name) => ({ name, text: readFileSync(join(LUA, name), 'utf8') }));
  }

  /** True when `lay` would change nothing. */
  async isLaid(): Promise<boolean> {
    const size = await stat(join(this.#prefix, 'error.log')).then(
      (found) => found.size,
      () => 0,
    );
    return size < MAX_LOG_BYTES && (await this.#luaToWrite()).length === 0;
  }

  /** Makes the folders, writes the Lua files that differ, and empties a log that grew too long. */
  async lay(): Promise<void> {
    for (const folder of ['', 'lua', 'state', 'drafts', 'temp']) await mkdir(join(this.#prefix, folder), { recursive: true });
    await mkdir(dirname(this.#place.socket), { recursive: true, mode: 0o700 });
    for (const { name, text } of await this.#luaToWrite()) await writeWhole(join(this.#prefix, 'lua', name), text);
    if (!(await this.isLaid())) await truncate(join(this.#prefix, 'error.log'));
  }

  render(servers: readonly Server[]): Rendered {
    const hash = createHash('sha256').update(renderConf(servers, { ...this.#place, id: '' }));
    for (const { name, text } of this.#lua) hash.update(name).update(text);
    const id = hash.digest('hex').slice(0, 16);
    return { id, text: renderConf(servers, { ...this.#place, id }) };
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

  async #luaToWrite() {
    const laid = await Promise.all(this.#lua.map(({ name }) => readWhole(join(this.#prefix, 'lua', name))));
    return this.#lua.filter(({ text }, index) => laid[index] !== text);
  }
}
