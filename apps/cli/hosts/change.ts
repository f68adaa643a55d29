import type { HostChange, HostChangeAccepted } from '#libs/contracts';
import { followWork, printSince } from '../api/progress.ts';
import type { Context } from '../context.ts';
import { EXIT, type ExitCode } from '../exit.ts';
import { readTimeout } from '../read-timeout.ts';
import { awaitedBy, beginHostProgress, type HostProgress, TOLD, takeHostStep } from './progress.ts';
import { unfitLines } from './unfit.ts';

export interface ChangeOptions {
  readonly json: boolean;
  readonly detach: boolean;
  readonly timeout: string;
}

/** `undone`: somebody else ended it. */
type Ended = 'done' | 'undone' | 'timeout' | 'interrupted';

const CODES: Readonly<Record<Ended, ExitCode>> = {
  done: EXIT.ok,
  undone: EXIT.conflict,
  timeout: EXIT.timedOut,
  interrupted: EXIT.interrupted,
};

/** Asks for a change of a host and tells what becomes of it until it is done. */
export const changeHost = async (context: Context, host: string, change: HostChange, options: ChangeOptions): Promise<ExitCode> => {
  const { api, terminal } = context;
  const timeoutMs = readTimeout(options.timeout);
  const there = (await api.containers(undefined)).filter((known) => known.host === host);
  const accepted = await ask(context, host, change);
  const say = (text: string): void => (options.json ? terminal.note(text) : terminal.data(text));
  for (const line of unfitLines(accepted.unfit)) say(line);
  const begun = beginHostProgress(host, change.kind, there);
  const waiting = { context, timeoutMs, say: printSince(context.clock.now(), say) };
  const ended = options.detach ? 'asked' : await follow(begun, accepted.position, waiting);
  if (options.json) terminal.data(JSON.stringify({ ...accepted, change, ended }));
  else terminal.note(endText(host, change.kind, ended));
  return ended === 'asked' ? EXIT.ok : CODES[ended];
};

const follow = async (begun: HostProgress, after: number, waiting: Parameters<typeof followWork>[1]): Promise<Ended> => {
  const filter = { type: TOLD.join(','), after };
  const isOver = ({ outcome }: HostProgress): boolean => outcome !== null;
  const { progress, ended } = await followWork({ filter, begun, take: takeHostStep, isOver, awaited: awaitedBy }, waiting);
  return ended === 'over' ? (progress.outcome ?? 'done') : ended;
};

const ask = async ({ api }: Context, host: string, change: HostChange): Promise<HostChangeAccepted> => {
  const path = `/v1/hosts/${encodeURIComponent(host)}/changes`;
  const headers = { 'content-type': 'application/json' };
  const answer = await api.call(path, { method: 'POST', headers, body: JSON.stringify(change) });
  return (await answer.json()) as HostChangeAccepted;
};

const DONE: Readonly<Record<HostChange['kind'], string>> = {
  cordon: 'gets no new containers',
  uncordon: 'gets new containers again',
  drain: 'is empty and gets no new containers; berth hosts uncordon ends that',
  reboot: 'was restarted and gets new containers again',
  tag: 'has other tags from the next placement on',
  'declare-lost': 'is lost: its containers get replacements',
  remove: 'left the fleet',
};

const endText = (host: string, kind: HostChange['kind'], ended: Ended | 'asked'): string => {
  switch (ended) {
    case 'done':
      return `${host} ${DONE[kind]}`;
    case 'asked':
      return `asked for; berth hosts shows how far it is`;
    case 'undone':
      return `${host} was uncordoned or left the fleet meanwhile: this was not ended`;
    case 'timeout':
      return `it is not done yet and goes on; berth hosts shows how far it is, berth hosts uncordon ${host} ends it`;
    case 'interrupted':
      return `it goes on; berth hosts uncordon ${host} ends it`;
  }
};
