import {
  type ContainerId,
  type DoorSet,
  type Endpoint,
  type Generation,
  generationText,
  type HostId,
  type Instant,
  Rejected,
  type Server,
  type ServiceName,
} from '#libs/contracts';

/** What serves of one stack, since when. */
export interface ServedDoors extends DoorSet {
  readonly generation: Generation;
  readonly since: Instant;
}

/**
 * One line a fact, words parted by one space: what Lua reads without a parser of JSON, on disk and over the control socket alike.
 *
 *     generation 1.42
 *     since 1700000000000
 *     server shop:8080:_ 8080 http web 3000 - /
 *     endpoint shop:8080:_ shop-web-1-abcdefgh-1 main 10.64.0.2 3000
 */
export const writeDoors = ({ generation, since, servers, endpoints }: ServedDoors): string => {
  const lines = [['generation', generationText(generation)], ['since', since], ...servers.flatMap((server) => linesOf(server, endpoints))];
  for (const word of lines.flat())
    if (!/^[^\s]+$/.test(String(word))) throw new Rejected(`write doors: ${JSON.stringify(word)} is not one word`);
  return lines.map((words) => `${words.join(' ')}\n`).join('');
};

/** Throws `Rejected` on a text that `writeDoors` did not write. */
export const readDoors = (text: string): ServedDoors => {
  let generation: Generation | null = null;
  let since = 0;
  const servers: Server[] = [];
  const endpoints: Record<string, Endpoint[]> = {};
  for (const line of text.split('\n').filter((candidate) => candidate !== '')) {
    const [kind, ...words] = line.split(' ');
    if (kind === 'generation') generation = generationOf(words);
    else if (kind === 'since') since = Number(words[0]);
    else if (kind === 'server') {
      servers.push(serverOf(words));
      endpoints[words[0] ?? ''] = [];
    } else if (kind === 'endpoint') endpoints[words[0] ?? '']?.push(endpointOf(words));
    else throw new Rejected(`read doors: ${JSON.stringify(line)} says nothing`);
  }
  if (generation === null) throw new Rejected('read doors: no generation is named');
  return { generation, since, servers, endpoints };
};

const linesOf = ({ key, port, protocol, names, service, containerPort, path }: Server, endpoints: DoorSet['endpoints']) => [
  ['server', key, port, protocol, service, containerPort, names.join(',') || '-', path],
  ...(endpoints[key] ?? []).map((endpoint) => ['endpoint', key, endpoint.container, endpoint.host, endpoint.address, endpoint.port]),
];

const generationOf = ([text = '']: readonly string[]): Generation => {
  const [incarnation, position] = text.split('.').map(Number);
  if (!Number.isSafeInteger(incarnation) || !Number.isSafeInteger(position))
    throw new Rejected(`read doors: ${JSON.stringify(text)} is no generation`);
  return { incarnation: incarnation as number, position: position as number };
};

/** A text of an earlier release has no path. */
const serverOf = ([key = '', port, protocol, service, containerPort, names, path = '/']: readonly string[]): Server => ({
  ...{ key, port: Number(port), protocol: protocol === 'https' ? 'https' : 'http', service: service as ServiceName },
  ...{ containerPort: Number(containerPort), names: names === undefined || names === '-' ? [] : names.split(','), path },
});

const endpointOf = ([, container, host, address = '', port]: readonly string[]): Endpoint => ({
  ...{ container: container as ContainerId, host: host as HostId, address, port: Number(port) },
});
