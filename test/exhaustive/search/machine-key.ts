import type { Generation } from '#libs/contracts';
import { stackOf } from '#libs/domain/stack';
import { NAMES_TTL_MS } from '../model/machine.ts';
import { STACK } from '../model/moves.ts';
import type { Machine, State } from '../model/state.ts';
import { ageAmong, copyText, doorsIn, namesIn, place } from './copy-key.ts';
import { digest } from './digest.ts';
import { type Known, marksOf } from './marks.ts';
import { callersText, containersText, doorsText, misnamed, namesText, partText } from './parts-key.ts';

export const machineText = (state: State, machine: Machine, known: Known): string => {
  const { world } = state;
  const stack = stackOf(world, STACK);
  const { host, held, names, live, session } = machine;
  const told = held.names.parts[0];
  const copies = state.copies.filter((copy) => copy.host === host);
  const session0 = world.hosts.get(host)?.session;
  const isCurrent = session !== null && session0?.generation.position === session.position;
  const afootNames = afootIn(state, host, 'NamesServed');
  const afootDoors = afootIn(state, host, 'DoorsServed');
  const reports = copies.flatMap(({ message }) => (message.type === 'HostReport' ? [message] : []));
  const level = state.levels[host];
  // A level that is older than a report gives way to it whole, whatever it says.
  const known0 = level && reports.some(({ seq }) => seq < level.seq) ? level : undefined;
  const order = [...new Set([...reports, ...(known0 ? [known0] : [])].map(({ seq }) => seq))].sort((a, b) => a - b);
  const own = {
    names: marksOf([
      names?.generation,
      stack.namesServed.get(host)?.generation,
      held.names.parts[0]?.generation,
      ...copies.flatMap(namesIn),
      ...afootNames,
    ]),
    doors: marksOf([
      live?.generation,
      stack.doorsServed.get(host)?.generation,
      held.doors.parts[0]?.live?.generation,
      ...copies.flatMap(doorsIn),
      ...afootDoors,
    ]),
  };
  const both = { stack, known, own };
  return [
    staticText(machine),
    session === null ? 'silent' : isCurrent,
    session0?.runId === `run-${machine.run}`,
    [...machine.engine.keys()].map((id) => stack.containers.get(id)?.run).join(),
    Math.min(NAMES_TTL_MS, state.now - machine.namesAt),
    names && [place(names.generation, both, 'names'), misnamed(names, stack)],
    told && [place(told.generation, both, 'names'), misnamed(told, stack), callersText(told, stack)],
    live && place(live.generation, both, 'doors'),
    held.doors.parts[0]?.live && place(held.doors.parts[0].live.generation, both, 'doors'),
    stack.namesServed.get(host) && place(stack.namesServed.get(host)?.generation, both, 'names'),
    stack.doorsServed.get(host) && place(stack.doorsServed.get(host)?.generation, both, 'doors'),
    Object.values(stack.drafts).map(({ draft }) => [machine.prepared.includes(draft), machine.refused[draft] !== undefined].join()),
    copies.map((copy) => `${ageAmong(copy, copies, world)} ${copyText(copy, machine, both, isCurrent, order)}`).sort(),
    known0 && copyText({ host, message: known0 }, machine, both, isCurrent, order),
    afootNames.map((each) => place(each, both, 'names')),
    afootDoors.map((each) => place(each, both, 'doors')),
  ].join(' ');
};

const statics = new WeakMap<Machine, string>();

const staticText = (machine: Machine): string => {
  const known = statics.get(machine);
  if (known !== undefined) return known;
  const { host, held, engine, healthyRuns, live, busy, lost, isCut, names } = machine;
  const text = digest(
    JSON.stringify([
      [host, lost, isCut, busy],
      held.containers.parts.map(containersText),
      held.doors.parts.map(partText),
      held.names.parts.map(namesText),
      names && namesText(names),
      live && doorsText(live),
      [...engine].sort().map(([id, { state, runs, hasEnded }]) => [id, state, runs, hasEnded, healthyRuns[id]]),
    ]),
  );
  statics.set(machine, text);
  return text;
};

const afootIn = (state: State, host: string, type: 'NamesServed' | 'DoorsServed'): readonly Generation[] =>
  state.afoot.flatMap(({ decision }) =>
    decision.events.flatMap((event) =>
      event.type === type && event.data.host === host && 'generation' in event.data ? [event.data.generation] : [],
    ),
  );
