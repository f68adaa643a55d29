import type { ScaleChange } from '#libs/contracts';
import { EXIT, Exit } from '../exit.ts';

/** `web=5 api=+2 worker=-1`: services by name, each once. */
export const readWishes = (texts: readonly string[]): Readonly<Record<string, ScaleChange>> => {
  const wishes = new Map<string, ScaleChange>();
  for (const text of texts) {
    const [, service, sign, count] = /^([a-z0-9-]+)=([+-]?)(\d{1,6})$/.exec(text) ?? [];
    if (service === undefined || count === undefined)
      throw new Exit(EXIT.usage, `read ${text}: write a service and how many, as in web=5, api=+2 or worker=-1`);
    if (wishes.has(service)) throw new Exit(EXIT.usage, `read ${text}: ${service} is named twice`);
    wishes.set(service, changeOf(text, sign ?? '', Number(count)));
  }
  return Object.fromEntries(wishes);
};

const changeOf = (text: string, sign: string, count: number): ScaleChange => {
  if (count > 1000) throw new Exit(EXIT.usage, `read ${text}: 1000 containers of a service are the most`);
  if (sign === '') return { kind: 'to', replicas: count };
  return { kind: 'by', delta: sign === '+' ? count : -count };
};
