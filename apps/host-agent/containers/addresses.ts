import type { HostId } from '#libs/contracts';
import { type Goal, type ObservedContainer } from '#libs/domain/host';
import type { LeaseFile } from '../network/lease-file.ts';
import type { CallerTable } from '../ports.ts';
import type { DesiredState } from '../state/desired-state.ts';

interface Present {
  readonly goals: readonly Goal[];
  readonly observed: readonly ObservedContainer[];
  readonly leases: Pick<LeaseFile, 'addressOf'>;
  readonly host: HostId;
}

/** Everybody who has an address: those who run, and those who are about to. */
export const callersOf = ({ goals, observed, leases, host }: Present): CallerTable => {
  const specs = goals.flatMap((goal) => (goal.goal === 'gone' ? [] : [goal.spec]));
  const known = [...observed, ...specs].flatMap(({ container, stack, service, version }) => {
    const address = leases.addressOf(container);
    return address === undefined ? [] : [[address, { stack, service, container, version, host }] as const];
  });
  return Object.fromEntries(known);
};

/** Where names and doors lead, as far as this host was told. */
export const addressesInUse = ({ names, doors }: Pick<DesiredState, 'names' | 'doors'>): ReadonlySet<string> => {
  const named = names.flatMap(({ versions }) => Object.values(versions).flatMap((services) => Object.values(services).flat()));
  const doored = doors.flatMap(({ live, drafts }) =>
    [...(live ? [live] : []), ...drafts].flatMap(({ endpoints }) => Object.values(endpoints).flat()),
  );
  return new Set([...named, ...doored].map(({ address }) => address));
};
