import { assertNever, type HostId, type MailAddress, type MailMessage } from '#libs/contracts';
import { agentUser, isAgentUser } from './users.ts';

/**
 * Says whether a message may come from this user of the broker, which checks the name that a publisher gives (null: none was given). An
 * agent speaks for its own host alone, and only services speak to agents.
 */
export const isFrom = (userId: string | null, message: MailMessage): boolean => {
  if (userId === null) return false;
  switch (message.type) {
    case 'HostHello':
    case 'HostReport':
    case 'StateWanted':
    case 'HostAnchors':
      return userId === agentUser(message.host);
    case 'HostWelcome':
    case 'ReportAcknowledged':
    case 'HelloWanted':
    case 'AnchorsWanted':
    case 'HostState':
    case 'Echo':
      return !isAgentUser(userId);
    default:
      return assertNever(message);
  }
};

/** Says whether a message belongs at an address: agents get what is for their own host, services what agents say. */
export const isFor = (address: MailAddress, message: MailMessage): boolean => {
  switch (message.type) {
    case 'HostHello':
    case 'HostReport':
    case 'StateWanted':
      return !address.startsWith('host/');
    case 'Echo':
      return address === 'scheduler';
    case 'HostAnchors':
      return address.startsWith('gateway/');
    case 'HostWelcome':
    case 'ReportAcknowledged':
    case 'HelloWanted':
    case 'AnchorsWanted':
    case 'HostState':
      return address === `host/${message.host}`;
    default:
      return assertNever(message);
  }
};

const TYPES: readonly MailMessage['type'][] = [
  ...(['HostHello', 'HostReport', 'StateWanted', 'HostAnchors', 'Echo'] as const),
  ...(['HostWelcome', 'ReportAcknowledged', 'HelloWanted', 'AnchorsWanted', 'HostState'] as const),
];

/** Says whether it has the type of a message, and the host where one speaks or is spoken to; the rest is believed to whoever may send it. */
export const isMail = (value: unknown): value is MailMessage => {
  if (typeof value !== 'object' || value === null) return false;
  const { type, host } = value as { type?: unknown; host?: HostId };
  return TYPES.some((known) => known === type) && (type === 'Echo' || typeof host === 'string');
};
