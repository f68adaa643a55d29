import type { HostState } from '#libs/contracts';
import type { Decisions } from './decisions.ts';
import { ended, reportOf, serving } from './machine.ts';
import { dueIn, factsIn, KINDS, newsFor, replace, unanswered } from './moves.ts';
import type { Afoot, Limits, Machine, Move, State } from './state.ts';

/** Every fault that may happen now and that changes something: a message lost or sent twice, a crash, a cut. */
export const faultsIn = (state: State, decisions: Decisions, { ends }: Limits): readonly Move[] =>
  state.machines
    .flatMap((machine) => [
      ...(machine.isCut ? [] : [...lost(state, machine, decisions), ...doubled(state, machine, decisions), cut(state, machine)]),
      crashed(state, machine, decisions),
      ...(ends ? endings(state, machine) : []),
    ])
    .concat(dueIn(state, decisions).flatMap((each) => frozen(state, each)))
    .concat(forgotten(state, decisions))
    .map((move) => counted(state, move));

/** What may become of a report that the host is about to send: nobody hears it, it comes again later, or whoever took it freezes. */
export const faultsOfReport = (state: State, machine: Machine, decisions: Decisions): readonly Move[] => {
  const report = reportOf(machine, state);
  if (report === null) return [];
  const { host } = machine;
  const decision = factsIn(state.world, report, decisions);
  const isLost = {
    label: `${host}: its report is lost`,
    next: replace(state, { ...machine, lost: [...machine.lost, 'report' as const].sort() }),
  };
  const isTwice = {
    label: `${host}: its report is sent twice`,
    next: { ...state, sent: report.seq, copies: [...state.copies, { host, message: report }] },
  };
  // The levels that it knew are not known to the one in its place.
  const isFrozen = frozen({ ...state, levels: {} }, { who: `recorder of ${host}`, decision });
  return [isLost, isTwice, ...isFrozen].map((move) => counted(state, move));
};

const counted = (state: State, { label, next, ...rest }: Move): Move => ({
  ...rest,
  label: `FAULT ${label}`,
  isByChance: true,
  next: { ...next, faults: state.faults + 1 },
});

const onTheWay = (state: State, machine: Machine, decisions: Decisions): readonly HostState[] =>
  KINDS.filter((kind) => !machine.lost.includes(kind)).flatMap((kind) => newsFor(state, machine, kind, decisions) ?? []);

/** It is not there until the host asks. */
const lost = (state: State, machine: Machine, decisions: Decisions): readonly Move[] =>
  onTheWay(state, machine, decisions).map(({ host, kind }) => ({
    label: `${host}: its ${kind} are lost`,
    next: replace(state, { ...machine, lost: [...machine.lost, kind].sort() }),
  }));

const doubled = (state: State, machine: Machine, decisions: Decisions): readonly Move[] =>
  onTheWay(state, machine, decisions).map((message) => ({
    label: `${message.host}: its ${message.kind} are sent twice`,
    next: { ...state, copies: [...state.copies, { host: message.host, message }] },
  }));

const cut = (state: State, machine: Machine): Move => ({
  label: `${machine.host}: is cut off`,
  next: { ...replace(state, { ...machine, isCut: true, lost: [] }), copies: state.copies.filter(({ host }) => host !== machine.host) },
});

/** Its agent begins anew from what is on disk; engine, proxy and resolver go on. */
const crashed = (state: State, machine: Machine, decisions: Decisions): Move => {
  const anew = { ...machine, run: machine.run + 1, session: null, refused: {}, lost: [], namesAt: state.now };
  return { label: `${machine.host}: its agent crashes`, next: replace(state, serving(anew, state, decisions)) };
};

/** A container ends by itself; its host says so and starts it again. */
const endings = (state: State, machine: Machine): readonly Move[] =>
  [...machine.engine]
    .filter(([, made]) => made.state === 'running')
    .map(([container]) => ({
      label: `${machine.host}: ${container} ends by itself`,
      next: unanswered(replace(state, ended(machine, container)), container),
      by: machine.host,
    }));

/**
 * The recorder crashes, and with it is lost which reports it took. What else a service loses with a crash, it decides or asks again before
 * anything else can happen.
 */
const forgotten = ({ levels, copies, ...rest }: State, decisions: Decisions): readonly Move[] => {
  const isFelt = copies.some(({ host, message }) => {
    return message.type === 'HostReport' && levels[host] && decisions.levelAfter(levels[host], message) === levels[host];
  });
  return isFelt ? [{ label: 'the recorder crashes', next: { ...rest, copies, levels: {} } }] : [];
};

/** A replica stops after it decided and before it appends. Another one takes its place. */
const frozen = (state: State, { who, decision }: Afoot): readonly Move[] =>
  state.afoot.some((each) => each.who === who)
    ? []
    : [{ label: `${who} freezes before it appends`, next: { ...state, afoot: [...state.afoot, { who, decision }] } }];
