import type { DoorsPart } from '#libs/contracts';
import type { StackState } from '../stack/index.ts';

/** What every proxy shall serve and prepare of a stack: the same for all of them. */
export const doorsPart = ({ stack, doors, drafts, running }: StackState): DoorsPart => ({
  stack,
  live: doors && { generation: doors.generation, servers: doors.servers, endpoints: doors.endpoints },
  drafts: Object.values(drafts)
    .filter((draft) => draft.deployment === running)
    .sort((a, b) => (a.draft < b.draft ? -1 : 1))
    .map(({ draft, servers, endpoints }) => ({ draft, servers, endpoints })),
});
