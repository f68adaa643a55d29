import { describe, expect, it } from 'vitest';
import { maskSecrets, textOfFrames } from './output.ts';

const frame = (stream: number, text: string): Buffer => {
  const header = Buffer.from([stream, 0, 0, 0, 0, 0, 0, 0]);
  header.writeUInt32BE(Buffer.byteLength(text), 4);
  return Buffer.concat([header, Buffer.from(text)]);
};

describe('textOfFrames', () => {
  it('puts both streams together in their order', () => {
    expect(textOfFrames(Buffer.concat([frame(1, 'out\n'), frame(2, 'err é\n'), frame(1, 'out\n')]))).toBe('out\nerr é\nout\n');
  });

  it('keeps the last 64 KiB', () => {
    const text = textOfFrames(Buffer.concat([frame(1, 'x'.repeat(70_000)), frame(2, 'the end')]));
    expect(text).toHaveLength(64 * 1024);
    expect(text.endsWith('xthe end')).toBe(true);
  });
});

describe('maskSecrets', () => {
  it('blots out what a name calls secret, and passwords inside of URLs', () => {
    const environment = { DB_PASSWORD: 'hunter2-x', DATABASE_URL: 'postgres://app:s3cr3t-pw@db/app', GREETING: 'welcome' };
    expect(maskSecrets('welcome: hunter2-x at postgres://app:s3cr3t-pw@db/app', environment)).toBe(
      'welcome: *** at postgres://app:***@db/app',
    );
  });

  it('blots out the longer of two secrets first, and nothing shorter than a word', () => {
    const environment = { A_TOKEN: 'abcdef', B_TOKEN: 'abcdef-ghi', C_KEY: 'on' };
    expect(maskSecrets('abcdef-ghi abcdef on', environment)).toBe('*** *** on');
  });
});
