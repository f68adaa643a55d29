import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Disk } from '../ports.ts';

/** Null when the file is not there. */
export const readWhole = async (path: string): Promise<string | null> => {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new Error(`read ${path}`, { cause });
  }
};

/** What was written of it; null when the file is not there. */
export const readJson = async <T>(disk: Disk, path: string): Promise<T | null> => {
  const text = await disk.read(path);
  try {
    return text === null ? null : (JSON.parse(text) as T);
  } catch (cause) {
    throw new Error(`read ${path}: it is not what was written there; restore it, or remove it and let the control plane tell again`, {
      cause,
    });
  }
};

/** After a crash at any point the file is the old one or the new one, and once this returns it is the new one. Mode 0600 unless told. */
export const writeWhole = async (path: string, text: string, mode = 0o600): Promise<void> => {
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await writeDurably(`${path}.new`, text, mode);
    await rename(`${path}.new`, path);
    await syncFolder(dirname(path));
  } catch (cause) {
    throw new Error(`write ${path}`, { cause });
  }
};

/** The disk of this machine. */
export class LocalDisk extends Disk {
  read(path: string): Promise<string | null> {
    return readWhole(path);
  }

  write(path: string, text: string, mode?: number): Promise<void> {
    return writeWhole(path, text, mode);
  }
}

const writeDurably = async (path: string, text: string, mode: number): Promise<void> => {
  const file = await open(path, 'w', mode);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
};

const syncFolder = async (path: string): Promise<void> => {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
};
