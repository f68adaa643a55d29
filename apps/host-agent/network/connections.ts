export interface Connection {
  readonly localAddress: string;
  readonly localPort: number;
  readonly remoteAddress: string;
  readonly state: 'established' | 'listen' | 'other';
}

/** Reads tables of the form of `/proc/<pid>/net/tcp` and `tcp6`; an IPv4 address inside IPv6 is read as IPv4. */
export const readConnections = (...tables: readonly string[]): readonly Connection[] =>
  tables.flatMap((table) => table.split('\n').slice(1).filter(Boolean).map(connectionOf));

/** Who holds a connection to a port that is listened on: their addresses, each once. */
export const peersOf = (connections: readonly Connection[]): readonly string[] => {
  const open = new Set(connections.filter(({ state }) => state === 'listen').map(({ localPort }) => localPort));
  const used = connections.filter(
    ({ state, localPort, localAddress, remoteAddress }) =>
      state === 'established' && open.has(localPort) && localAddress !== remoteAddress && !isLoopback(remoteAddress),
  );
  return [...new Set(used.map(({ remoteAddress }) => remoteAddress))];
};

const isLoopback = (address: string): boolean => address.startsWith('127.') || address === `${'0'.repeat(31)}1`;

const connectionOf = (line: string): Connection => {
  const [, local = '', remote = '', state = ''] = line.trim().split(/\s+/);
  const [localAddress = '', localPort = ''] = local.split(':');
  const [remoteAddress = ''] = remote.split(':');
  return {
    localAddress: addressOf(localAddress),
    localPort: Number.parseInt(localPort, 16),
    remoteAddress: addressOf(remoteAddress),
    state: state === '01' ? 'established' : state === '0A' ? 'listen' : 'other',
  };
};

/** The kernel prints words of 32 bits in the machine's own order, which is little endian here. */
const addressOf = (hex: string): string => {
  const bytes = hex.match(/.{8}/g)?.flatMap((word) => word.match(/../g)?.reverse() ?? []) ?? [];
  const isMapped = bytes.length === 16 && bytes.slice(0, 12).join('').toLowerCase() === '00000000000000000000ffff';
  const four = bytes.length === 4 ? bytes : isMapped ? bytes.slice(12) : null;
  return four ? four.map((byte) => Number.parseInt(byte, 16)).join('.') : bytes.join('').toLowerCase();
};
