import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Server } from '#libs/contracts';
import { renderConf } from '#libs/domain/routing';
import { readWhole, writeWhole } from './files.ts';

const LUA = fileURLToPath(new URL('lua/', import.meta.url));

export interface Rendered {
  /** Differs when the text or the Lua beside it does. */
  readonly id: string;
  readonly text: string;
}

/** The files of one prefix folder that Nginx reads. */
export class Configuration {
  readonly file: string;
  readonly #candidate: string;
  readonly #prefix: string;
  readonly #place: { readonly modules: string; readonly socket: string };
  readonly #lua: ReadonlyMap<string, string>;

  constructor(prefix: string, place: { readonly modules: string; readonly socket: string }) {
    this.#prefix = prefix;
    this.#place = place;
    this.file = join(prefix, 'nginx.conf');
    this.#candidate = join(prefix, 'candidate.conf');
    this.#lua = new Map(
      readdirSync(LUA)
        .sort()
        .map((name) => [name, readFileSync(join(LUA, name), 'utf8')]),
    );
  }

  /** Makes the folders, and writes the Lua files that differ. */
  lay(): void {
    for (const folder of ['', 'lua', 'state', 'drafts', 'temp']) mkdirSync(join(this.#prefix, folder), { recursive: true });
    for (const [name, text] of this.#lua) {
      const path = join(this.#prefix, 'lua', name);
      if (readWhole(path) !== text) writeWhole(path, text);
    }
  }

  render(servers: readonly Server[]): Rendered {
    const hash = createHash('sha256').update(renderConf(servers, { ...this.#place, id: '' }));
    for (const [name, text] of this.#lua) hash.update(name).update(text);
    const id = hash.digest('hex').slice(0, 16);
    return { id, text: renderConf(servers, { ...this.#place, id }) };
  }

  current(): string | null {
    return readWhole(this.file);
  }

  write(text: string): void {
    writeWhole(this.file, text);
  }

  /** A file beside the one that serves, for Nginx to test. */
  writeCandidate(text: string): string {
    writeWhole(this.#candidate, text);
    return this.#candidate;
  }

  /** Ports on which the written configuration listens. */
  ports(): ReadonlySet<number> {
    return new Set([...(this.current() ?? '').matchAll(/^ {4}listen "(\d+)"/gm)].map(([, port]) => Number(port)));
  }
}
