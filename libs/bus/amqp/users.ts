import type { HostId } from '#libs/contracts';
import { DEAD, EVENTS, MAIL, mailQueue, REQUESTS, REQUESTS_QUEUE } from './topology.ts';

/** Patterns of names, as the broker takes them. */
export interface Permissions {
  readonly configure: string;
  readonly write: string;
  readonly read: string;
}

/** The broker's user as which the agent of a host connects. */
export const agentUser = (host: HostId): string => `host-${host}`;
export const isAgentUser = (user: string): boolean => user.startsWith('host-');
/** The host as whose agent a user connects; null for any other user. */
export const hostOfUser = (user: string | null): HostId | null =>
  user !== null && isAgentUser(user) ? (user.slice('host-'.length) as HostId) : null;

/**
 * What the agent of a host may do: write to the services, have a queue of its own and read it. It can't bind that queue to anything, so
 * it can't listen to what others get (which holds keys), and can't write to another agent.
 */
export const agentPermissions = (host: HostId): Permissions => {
  const own = only(literal(mailQueue(`host/${host}`)));
  return { configure: own, write: only(literal(MAIL)), read: own };
};

/** Services with which agents exchange mail. */
const SPEAKERS = ['scheduler', 'dns-central', 'proxy-configurator'] as const;

export const CONTROL_SERVICES = ['gateway', 'deployer', ...SPEAKERS] as const;
export type ControlService = (typeof CONTROL_SERVICES)[number];

/**
 * What a control service may do: have queues of its own, bind them to the events and, where it gets any, to mail, and hand over dead letters. The
 * gateway also makes what all share, publishes the log, and reads wishes and dead letters. `amq.default` is the way to a queue whose name is known.
 * The scheduler writes to itself where agents write to it: that it comes back shows that they are heard.
 */
export const servicePermissions = (service: ControlService): Permissions => {
  const own = [`(feed|turn|mail)\\.${service}[./].+`, `mail\\.${service}`];
  const isGateway = service === 'gateway';
  const isSpeaker = SPEAKERS.some((speaker) => speaker === service);
  const ownMail = service === 'scheduler' ? [literal(MAIL)] : [];
  const shared = [EVENTS, MAIL, REQUESTS, DEAD, REQUESTS_QUEUE].map(literal);
  return {
    configure: only(...own, ...(isGateway ? shared : [])),
    write: only(
      ...own,
      literal(DEAD),
      ...ownMail,
      ...(isGateway || isSpeaker ? [literal('amq.default')] : []),
      ...(isGateway ? shared : []),
    ),
    read: only(...own, literal(EVENTS), ...(isSpeaker ? [literal(MAIL)] : []), ...(isGateway ? shared : [])),
  };
};

const literal = (name: string): string => name.replaceAll('.', '\\.');
const only = (...patterns: readonly string[]): string =>
  patterns.length === 1 ? `^${patterns[0]}$` : `^(${[...new Set(patterns)].join('|')})$`;
