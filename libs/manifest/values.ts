import { type Service, signal } from '#libs/contracts';

/** Readers of Compose's small notations. Null: it is not written so. */

type StopStep = Service['preStopSequence'][number];

const DURATION = /(\d+(?:\.\d+)?)(us|ms|s|m|h)/g;
const MICROSECONDS: Readonly<Record<string, number>> = { us: 1, ms: 1e3, s: 1e6, m: 6e7, h: 3.6e9 };

/** `1m30s` in milliseconds, rounded up. */
export const parseDuration = (text: string): number | null => {
  const parts = [...text.matchAll(DURATION)];
  const isWhole = parts.map(([part]) => part).join('') === text && text !== '';
  if (!isWhole) return text === '0' ? 0 : null;
  const micros = parts.reduce((sum, [, number, unit]) => sum + Number(number) * (MICROSECONDS[unit ?? ''] ?? 0), 0);
  return Math.ceil(Math.round(micros) / 1000);
};

const BYTES = /^(\d+(?:\.\d+)?)\s*([kmgt]?)(?:i?b)?$/i;
const POWERS = ['', 'k', 'm', 'g', 't'];

/** `512m`, `1.5gb`, `1024`: units are powers of 1024, as Docker's. */
export const parseBytes = (text: string): number | null => {
  const match = BYTES.exec(text);
  if (!match) return null;
  const bytes = Math.floor(Number(match[1]) * 1024 ** POWERS.indexOf((match[2] ?? '').toLowerCase()));
  return bytes > 0 && Number.isSafeInteger(bytes) ? bytes : null;
};

/** `0.5` of a core is 500. */
export const parseMilliCpus = (text: string): number | null => {
  const milli = /^\d*\.?\d+$/.test(text) ? Math.round(Number(text) * 1000) : 0;
  return milli > 0 ? milli : null;
};

/** Words as a POSIX shell would part them, without any expansion. */
export const splitWords = (text: string): string[] | null => {
  const words: string[] = [];
  const token = /\s+|'([^']*)'|"((?:[^"\\]|\\[\s\S])*)"|\\([\s\S])|([^\s'"\\]+)/y;
  let word: string | null = null;
  while (token.lastIndex < text.length) {
    const match = token.exec(text);
    if (match === null) return null;
    const [whole, single, double, escaped, bare] = match;
    const part = single ?? double?.replace(/\\(["\\$`\n])/g, '$1') ?? escaped ?? bare;
    if (part !== undefined) word = (word ?? '') + part;
    else if (word !== null && whole.trim() === '') {
      words.push(word);
      word = null;
    }
  }
  return word === null ? words : [...words, word];
};

export interface PortForm {
  readonly container: number;
  readonly http: number | null;
  readonly https: number | null;
  readonly tcp: number | null;
  readonly udp: number | null;
}

/** `container:http:https`; an empty or missing field opens no door. */
export const parsePortForm = (text: string): PortForm | null => {
  const match = /^(\d+)(?::(\d*))?(?::(\d*))?$/.exec(text);
  if (!match) return null;
  const [container, http, https] = [match[1], match[2], match[3]].map((field) => (field ? Number(field) : null));
  const isPort = (port: number | null | undefined): boolean => port === null || (port !== undefined && port >= 1 && port <= 65535);
  if (!container || ![container, http, https].every(isPort)) return null;
  return { container, http: http ?? null, https: https ?? null, tcp: null, udp: null };
};

const WAIT = /^(?:0|\d+(?:\.\d+)?[smh])$/;

/** `1m:USR2:30s`: waits and signals by turns, beginning with either. */
export const parseStopSequence = (text: string): readonly StopStep[] | null => {
  const steps = text.split(':').map((part): StopStep | null => {
    if (WAIT.test(part)) return { waitMs: parseDuration(part) ?? 0 };
    const parsed = signal.safeParse(part);
    return parsed.success ? { signal: parsed.data } : null;
  });
  const isInTurns = steps.every((step, index) => step !== null && (index === 0 || 'waitMs' in step !== isWait(steps[index - 1])));
  return isInTurns ? (steps as StopStep[]) : null;
};

const isWait = (step: StopStep | null | undefined): boolean => step !== null && step !== undefined && 'waitMs' in step;

/** `200` or `300-399`. */
export const parseStatusRange = (text: string): { readonly from: number; readonly to: number } | null => {
  const match = /^([1-5]\d\d)(?:-([1-5]\d\d))?$/.exec(text);
  const [from, to] = [Number(match?.[1]), Number(match?.[2] ?? match?.[1])];
  return match && from <= to ? { from, to } : null;
};
