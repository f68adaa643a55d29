import type { Generation, HostReport, HostState } from '#libs/contracts';
import type { StackState, World } from '#libs/domain/stack';
import type { Copy, Machine } from '../model/state.ts';
import { type Known, marks, rank } from './marks.ts';
import { callersText, containersText, misnamed, namesText, partText } from './parts-key.ts';

/** A position stands to what the log is compared with, and to what is of the same host. */
export interface Both {
  readonly stack: StackState;
  readonly known: Known;
  readonly own: Pick<Known, 'names' | 'doors'>;
}

export const place = (generation: Generation | undefined, { known, own }: Both, kind: 'names' | 'doors'): string =>
  generation ? `${rank(known[kind], generation.position)}/${rank(own[kind], generation.position)}` : '';

export const namesIn = ({ message }: Copy): readonly (Generation | null)[] =>
  message.type === 'HostReport'
    ? message.parts.map(({ names }) => names)
    : message.kind === 'names'
      ? message.parts.map(({ generation }) => generation)
      : [];

export const doorsIn = ({ message }: Copy): readonly (Generation | null | undefined)[] =>
  message.type === 'HostReport'
    ? message.parts.map(({ doors }) => doors?.generation)
    : message.kind === 'doors'
      ? message.parts.map(({ live }) => live?.generation)
      : [];

export const copyText = (copy: Copy, machine: Machine, both: Both, isCurrent: boolean, order: readonly number[]): string => {
  const { message } = copy;
  const names = namesIn(copy).map((each) => each && place(each, both, 'names'));
  const doors = doorsIn(copy).map((each) => each && place(each, both, 'doors'));
  return `${message.type === 'HostReport' ? `${order.indexOf(message.seq)} ${reportText(message, isCurrent)}` : stateText(message, machine, both.stack)} ${names} ${doors}`;
};

/**
 * How copies of one kind stand to each other and to what a host would be told now: the older one may be news no more when the newer one was taken.
 */
export const ageAmong = ({ message }: Copy, copies: readonly Copy[], { position }: World): string => {
  if (message.type === 'HostReport') return '';
  const told = copies.flatMap(({ message: each }) => (each.type === 'HostState' && each.kind === message.kind ? [each.asOf.position] : []));
  return `${marks([...told, position]).filter((each) => each > message.asOf.position).length}`;
};

const stateText = (message: HostState, { held }: Machine, stack: StackState): string => {
  const isNewest = message.asOf.position - held[message.kind].asOf.position;
  const parts =
    message.kind === 'containers'
      ? message.parts.map(containersText)
      : message.kind === 'names'
        ? message.parts.map((part) => [namesText(part), misnamed(part, stack), callersText(part, stack)])
        : message.parts.map(partText);
  return `${message.kind} ${Math.sign(isNewest)} ${JSON.stringify(parts)}`;
};

const reportText = ({ containers, parts }: HostReport, isCurrent: boolean): string => {
  const levels = containers.map(({ container, state, run, health, drained }) => [container, state, run, health, drained]);
  return `${isCurrent} ${JSON.stringify([levels, parts.map(({ busy, drafts }) => [busy, drafts.map(({ refused }) => refused)])])}`;
};
