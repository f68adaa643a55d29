export interface TarEntry {
  readonly path: string;
  /** Octal mode of a file or folder. */
  readonly mode?: number;
  readonly content: Uint8Array | { readonly link: string } | 'folder';
}

const BLOCK = 512;

/** A tar file (ustar) of these entries, in their order. */
export const tarOf = (entries: readonly TarEntry[]): Buffer => Buffer.concat([...entries.flatMap(blocksOf), Buffer.alloc(2 * BLOCK)]);

const blocksOf = (entry: TarEntry): Buffer[] => {
  const bytes = entry.content instanceof Uint8Array ? entry.content : new Uint8Array();
  return [headerOf(entry, bytes.length), Buffer.from(bytes), Buffer.alloc((BLOCK - (bytes.length % BLOCK)) % BLOCK)];
};

const headerOf = ({ path, mode = 0o755, content }: TarEntry, size: number): Buffer => {
  const header = Buffer.alloc(BLOCK);
  const kind = content === 'folder' ? '5' : content instanceof Uint8Array ? '0' : '2';
  header.write(path, 0, 100);
  header.write(octal(mode, 7), 100);
  header.write(octal(0, 7), 108);
  header.write(octal(0, 7), 116);
  header.write(octal(size, 11), 124);
  header.write(octal(0, 11), 136);
  header.write(' '.repeat(8), 148);
  header.write(kind, 156);
  if (content !== 'folder' && !(content instanceof Uint8Array)) header.write(content.link, 157, 100);
  header.write('ustar\0', 257);
  header.write('00', 263);
  header.write(
    `${octal(
      header.reduce((sum, byte) => sum + byte, 0),
      6,
    )}\0 `,
    148,
  );
  return header;
};

const octal = (value: number, digits: number): string => value.toString(8).padStart(digits, '0');
