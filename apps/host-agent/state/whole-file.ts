import { mkdir, open, readFile, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Null when the file is not there. */
export const readWhole = async (path: string): Promise<string | null> => {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new Error(`read ${path}`, { cause });
  }
};

/** What `writeWhole` wrote of it; null when the file is not there. */
export const readJson = async <T>(path: string): Promise<T | null> => {
  const text = await readWhole(path);
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
