import { doorPath, type Manifest, type Server, type StackName } from '#libs/contracts';
import { claimedBy, claimOf, containersOf, type StackState, type World } from '../stack/index.ts';

export interface Refusal {
  readonly reason: string;
  readonly fix: string;
}

/** A name in LDH form, perhaps with one leading `*.` (RFC 1123, RFC 6125); nothing else ever reaches a configuration file. */
export const isServerName = (name: string): boolean => name.length <= 253 && SERVER_NAME.test(name) && !ADDRESS.test(name);

/** Plain segments: it becomes part of a configuration file too. */
export const isDoorPath = (path: string): boolean => doorPath.safeParse(path).success;

const SERVER_NAME = /^(\*\.)?[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/;
const ADDRESS = /^[0-9.]+$/;

/** Why these doors can't be drawn, whoever else is there: a name or path that is none, a port with https alone, one door asked for twice. */
export const faultOf = (manifest: Manifest, servers: readonly Server[]): Refusal | null => {
  const wrong = servers.flatMap((server) => server.names).find((name) => !isServerName(name));
  if (wrong !== undefined)
    return { reason: `${JSON.stringify(wrong)} is not a server name`, fix: 'use a DNS name such as shop.example.com or *.example.com' };
  const path = servers.find((server) => !isDoorPath(server.path))?.path;
  if (path !== undefined) return { reason: `${JSON.stringify(path)} is not a path`, fix: 'use plain segments such as /api or /api/v2' };
  return httpsAlone(manifest) ?? twice(servers);
};

/** The first door that another stack has already, or whose port it uses for the other protocol. */
export const collisionOf = (world: World, stack: StackName, servers: readonly Server[]): Refusal | null => {
  for (const other of world.stacks.values()) {
    if (other.stack === stack) continue;
    for (const claim of claimedBy(other)) {
      const words = servers.map((server) => clash(server, claim)).find((found) => found !== null);
      if (words)
        return {
          reason: `stack ${other.stack} has ${words}`,
          fix: 'give the door another port, or names or paths of its own in x-berth.traffic_matches',
        };
    }
  }
  return null;
};

/** A host with a proxy gives one of these ports straight to a container. */
export const mappingOf = ({ hosts, room, stacks }: World, servers: readonly Server[]): Refusal | null => {
  for (const port of servers.map((server) => `tcp/${server.port}`)) {
    const host = room.ports
      .get(port)
      ?.keys()
      .find((id) => hosts.get(id)?.proxy);
    if (host === undefined) continue;
    const holds = (state: StackState): boolean =>
      containersOf(state).some((container) => container.host === host && claimOf(state, container).ports.includes(port));
    const holder = stacks.values().find(holds)?.stack;
    return {
      reason: `${host} gives its ${port} to a container of stack ${holder}`,
      fix: `give the door another port, or take ${port} out of the x-berth.ports of stack ${holder}`,
    };
  }
  return null;
};

/** What two servers can't both have, in words; null when they live side by side. */
export const clash = (a: Server, b: Server): string | null => {
  if (a.port !== b.port) return null;
  if (a.protocol !== b.protocol) return `port ${a.port} for ${b.protocol}`;
  if (a.path !== b.path) return null;
  const under = a.path === '/' ? '' : ` under ${a.path}`;
  if (a.names.length === 0 && b.names.length === 0) return `port ${a.port} for every name${under}`;
  const name = a.names.find((wanted) => b.names.includes(wanted));
  return name === undefined ? null : `port ${a.port} for the name ${name}${under}`;
};

const twice = (servers: readonly Server[]): Refusal | null => {
  for (const [index, server] of servers.entries())
    for (const earlier of servers.slice(0, index)) {
      const words = clash(server, earlier);
      if (words)
        return {
          reason: `services ${earlier.service} and ${server.service} both ask for ${words}`,
          fix: 'give one of them another port, other names or another path',
        };
    }
  return null;
};

const httpsAlone = (manifest: Manifest): Refusal | null => {
  for (const [service, { ports }] of Object.entries(manifest.services))
    for (const { doors } of ports)
      if (doors.length > 0 && doors.every((door) => door.protocol === 'https'))
        return {
          reason: `port ${doors[0]?.port} of service ${service} asks for https alone, which the proxies do not serve yet`,
          fix: 'add an http port: "<container>:<http>:<https>"',
        };
  return null;
};
