import type { LogChecker } from '#libs/testing/invariants';
import { isLate, STACK } from '../model/moves.ts';
import type { Afoot, State } from '../model/state.ts';
import { agedText, instant } from './instants.ts';
import { machineText } from './machine-key.ts';
import { worldText } from './world-key.ts';

/**
 * The text of a state without what no decision can see: positions in the log count only by how they stand to what they are compared
 * with, instants by their age. Two states of one text have the same futures; `key.spec.ts` tries that on those that are met twice.
 */
export const keyOf = (state: State, log: LogChecker): string => {
  const { text, names, doors, isRetiring } = worldText(state.world);
  const machines = state.machines.map((machine) => machineText(state, machine, { names, doors, isRetiring }));
  const afoot = state.afoot.map(afootText).sort();
  const aged = [text, ...machines, memoryText(log)].map((each) => agedText(each, state.now));
  return [...aged, ...afoot, state.faults, isLate(state) ? 'late' : ''].join('\n');
};

const memories = new WeakMap<LogChecker, string>();

/** What the judgement of a log depends on later and no decision knows any more. */
const memoryText = (log: LogChecker): string => {
  const known = memories.get(log);
  if (known !== undefined) return known;
  const { stacks, dark } = log.model;
  const left = [...(stacks.get(STACK)?.containers.values() ?? [])].filter(({ isRetired }) => !isRetired);
  const ways = left.map(({ leaving, unnamedAt, unroutedAt }) => leaving && [...unnamedAt.values(), ...unroutedAt.values()].map(instant));
  const text = JSON.stringify([left.map(({ hasFailed }) => hasFailed), ways, [...dark]]);
  memories.set(log, text);
  return text;
};

/** A decision under way is told by what it says; what a recorder's says of generations is told with its host. */
const afootText = ({ who, decision }: Afoot): string =>
  `${who} ${JSON.stringify(
    decision.events.map(({ type, data }) => [
      type,
      'containers' in data ? data.containers : 'container' in data ? data.container : '',
      'service' in data ? data.service : '',
      'endpoints' in data ? data.endpoints : '',
      'waited' in data ? data.waited.drained : '',
    ]),
  )}`;
