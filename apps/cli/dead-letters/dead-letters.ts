import type { DeadLetterShown, DeadLetterView } from '#libs/contracts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { tableLines } from '../print/table.ts';
import { ageText } from '../print/times.ts';

interface Output {
  readonly json: boolean;
}

export const listDeadLetters = async ({ api, clock, terminal }: Context, { json }: Output): Promise<ExitCode> => {
  const answer = await (await api.call('/v1/dead-letters', {})).json();
  const { deadLetters } = answer as { deadLetters: readonly DeadLetterView[] };
  for (const line of json ? [JSON.stringify({ deadLetters })] : deadLetterLines(deadLetters, clock.now())) terminal.data(line);
  if (deadLetters.length === 0 && !json) terminal.note('no dead letter');
  return EXIT.ok;
};

export const showDeadLetter = async ({ api, clock, terminal }: Context, id: string, { json }: Output): Promise<ExitCode> => {
  const shown = (await (await api.call(pathOf(id), {})).json()) as DeadLetterShown;
  for (const line of json ? [JSON.stringify(shown)] : shownLines(shown, clock.now())) terminal.data(line);
  return EXIT.ok;
};

export const putBackDeadLetter = async ({ api, terminal }: Context, id: string, { json }: Output): Promise<ExitCode> => {
  const letter = (await (await api.call(`${pathOf(id)}/put-back`, { method: 'POST' })).json()) as DeadLetterView;
  if (json) terminal.data(JSON.stringify(letter));
  else terminal.note(`it is in ${letter.queue} again; if it dies again, berth dead-letters lists it anew`);
  return EXIT.ok;
};

export const dropDeadLetter = async ({ api, terminal }: Context, id: string, { json }: Output): Promise<ExitCode> => {
  const letter = (await (await api.call(pathOf(id), { method: 'DELETE' })).json()) as DeadLetterView;
  if (json) terminal.data(JSON.stringify(letter));
  else terminal.note(`dead letter ${id} is gone; it had died of: ${letter.reason}`);
  return EXIT.ok;
};

export const deadLetterLines = (letters: readonly DeadLetterView[], now: number): string[] =>
  letters.length === 0
    ? []
    : tableLines(
        ['LETTER', 'AGE', 'QUEUE', 'FROM', 'BYTES', 'TIMES', 'WHY'],
        letters.map(({ id, at, queue, user, bytes, times, reason }) => [
          ...[id, ageText(now - at), queue, user ?? 'nobody', String(bytes), String(times), reason.replaceAll(/\s+/g, ' ')],
        ]),
      );

export const shownLines = (letter: DeadLetterShown, now: number): string[] => [
  `why      ${letter.reason}`,
  `queue    ${letter.queue}, by exchange ${letter.exchange || 'none'} and key ${letter.routingKey || 'none'}`,
  `from     ${letter.user ?? 'nobody who gave a name'}`,
  `message  ${letter.messageId ?? 'without an id'}, ${letter.bytes} bytes, ${letter.contentType ?? 'of no named type'}`,
  `died     ${ageText(now - letter.at)} ago${letter.times > 1 ? `, ${letter.times} times in ${ageText(now - letter.since)}` : ''}`,
  '',
  letter.text ?? 'its body is no text, or was too large to be kept',
];

const pathOf = (id: string): string => `/v1/dead-letters/${encodeURIComponent(id)}`;
