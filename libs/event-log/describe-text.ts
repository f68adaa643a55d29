import { createHash } from 'node:crypto';

/** UTF-8; the last line counts also when nothing ends it. */
export const describeText = (text: string): { readonly bytes: Buffer; readonly sha256: string; readonly lines: number } => {
  const bytes = Buffer.from(text);
  const lines = text.split('\n').length - (text === '' || text.endsWith('\n') ? 1 : 0);
  return { bytes, sha256: createHash('sha256').update(bytes).digest('hex'), lines };
};
