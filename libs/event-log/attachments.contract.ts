import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { ManualClock } from '#libs/clock';
import type { Attachments } from './attachments.ts';

/** What every `Attachments` keeps. */
export const attachmentsContract = (name: string, open: (clock: ManualClock) => Attachments): void => {
  describe(name, () => {
    const clock = new ManualClock(1000);
    const attachments = (): Attachments => open(clock);
    const inAMinute = (): number => clock.now() + 60_000;

    it('gives a text back by the hash of its bytes', async () => {
      const text = 'listen on 8080\nü 😀\n';
      const output = await attachments().store(text, inAMinute());
      expect(output).toEqual({ sha256: createHash('sha256').update(text).digest('hex'), lines: 2, bytes: 23, expires: inAMinute() });
      expect(await attachments().fetch(output.sha256)).toBe(text);
    });

    it('counts a last line that nothing ends', async () => {
      const lines = async (text: string): Promise<number> => (await attachments().store(text, inAMinute())).lines;
      expect([await lines(''), await lines('\n'), await lines('a'), await lines('a\nb'), await lines('a\nb\n')]).toEqual([0, 1, 1, 2, 2]);
    });

    it('keeps characters that a database text could not', async () => {
      const { sha256 } = await attachments().store('a\0b', inAMinute());
      expect(await attachments().fetch(sha256)).toBe('a\0b');
    });

    it('keeps a text as long as the latest of those who stored it asked for', async () => {
      await attachments().store('twice', inAMinute());
      const { sha256, expires } = await attachments().store('twice', clock.now() + 10);
      expect(expires).toBe(inAMinute());
      clock.advance(11);
      expect(await attachments().fetch(sha256)).toBe('twice');
    });

    it('has nothing after the expiry, and nothing that never was', async () => {
      const { sha256 } = await attachments().store('short', clock.now() + 10);
      clock.advance(10);
      expect(await attachments().fetch(sha256)).toBeNull();
      expect(await attachments().fetch('0'.repeat(64))).toBeNull();
    });
  });
};
