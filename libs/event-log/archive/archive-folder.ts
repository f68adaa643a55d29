import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** The files of the archive. A file has its name only once all of it is on disk. */
export class ArchiveFolder {
  readonly dir: string;

  constructor(dir: string) {
    this.dir = dir;
  }

  read(file: string): Promise<Buffer> {
    return readFile(join(this.dir, file));
  }

  /** Replaces a file of that name. `mark`: of this attempt alone. What an attempt that was killed left behind goes. */
  async write(file: string, bytes: Uint8Array, mark: string): Promise<void> {
    await mkdir(this.dir, { recursive: true, mode: 0o700 });
    const part = `${file}.${mark}${PART}`;
    for (const name of await readdir(this.dir))
      if (name.startsWith(`${file}.`) && name.endsWith(PART)) await rm(join(this.dir, name), { force: true });
    await writeThrough(join(this.dir, part), bytes);
    await rename(join(this.dir, part), join(this.dir, file));
    await sync(this.dir);
  }
}

const PART = '.part';

const writeThrough = async (path: string, bytes: Uint8Array): Promise<void> => {
  const handle = await open(path, 'wx', 0o600);
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
};

/** A name is lasting only when its folder is. */
const sync = async (dir: string): Promise<void> => {
  const handle = await open(dir, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
};
