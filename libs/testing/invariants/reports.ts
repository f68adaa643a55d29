import type { BerthEvent, ContainerId, HostId } from '#libs/contracts';
import type { Model } from './model.ts';
import type { Rule } from './rule.ts';

/** I12: a fact about a container is recorded only from the host on which it was placed, while that host holds a session. */
export const ownHost: Rule = {
  invariant: 'I12',
  before: (event, model) => {
    if (!event.stream.startsWith('host/')) return [];
    const host = event.stream.slice('host/'.length) as HostId;
    const { connected } = model;
    if (event.type === 'HostConnected') connected.add(host);
    const said = 'host' in event.data ? event.data.host : null;
    return [
      ...(connected.has(host) || event.type === 'ReportsRefused' ? [] : [`${event.type} is recorded of ${host}, which has no session`]),
      ...(said === host ? [] : [`${event.type} of ${said} is recorded as said by ${host}`]),
      ...strangers(model, event, host),
    ];
  },
};

const strangers = (model: Model, event: BerthEvent, host: string): readonly string[] =>
  namedIn(event).flatMap((id) => {
    const known = model.containers.get(id);
    if (!known) return [`${event.type} tells of ${id}, which was never placed`];
    // A host tells that it no longer uses containers of others, at times so late that nobody waits for it any more.
    if (event.type === 'ContainersDrained') return [];
    if (known.isReleased) return [`${event.type} tells of ${id}, which was released`];
    return known.host === host ? [] : [`${event.type} of ${id} comes from ${host}, it is on ${known.host}`];
  });

const namedIn = (event: BerthEvent): readonly ContainerId[] => {
  switch (event.type) {
    case 'ContainerStarted':
    case 'ContainerHealthy':
    case 'ContainerFailed':
    case 'ContainerStopped':
      return [event.data.container];
    case 'ContainersDrained':
      return event.data.containers;
    default:
      return [];
  }
};
