import { migrate } from '#libs/event-log/postgres';
import type { Lab, Side } from '../lab.ts';
import { bareTable } from './append/bare.ts';
import { type Cluster, startCluster } from './append/cluster.ts';
import { Crew } from './append/crew.ts';
import { castoreTables, emmettTables, installPeers, type Peers } from './append/peers.ts';
import type { Target } from './append/writer.ts';

const WRITERS = [1, 8];
const BATCHES = [1, 10, 100];
const CALLERS = 50;
const INSERT = 'bare multi-row insert';
const EMMETT = '@event-driven-io/emmett-postgresql 0.42';
const CASTORE = '@castore/event-storage-adapter-postgres 2.4';

/** Appends by writers of one connection each, with durable commits, against inserts that check and order nothing, and other stores. */
export const bench = async (lab: Lab): Promise<void> => {
  const cluster = await startCluster();
  const peers = installPeers();
  try {
    const targets = await prepare(cluster, peers);
    const crew = await Crew.start(Math.max(...WRITERS), cluster.pid);
    for (const writers of WRITERS) for (const batch of BATCHES) await compare(lab, { crew, targets, peers, writers, batch });
    await grouped(lab, crew, targets);
    await crew.stop();
  } finally {
    peers.remove();
    await cluster.stop();
  }
};

type Targets = Readonly<Record<'ours' | 'bare' | 'emmett' | 'castore', Target>>;

const prepare = async (cluster: Cluster, { dir, missing }: Peers): Promise<Targets> => {
  const targetOf = async (name: string): Promise<Target> => ({ ...(await cluster.createDatabase(name)), peers: dir });
  const [ours, bare] = [await targetOf('ours'), await targetOf('bare')];
  const [emmett, castore] = [await targetOf('emmett'), await targetOf('castore')];
  await migrate(ours.config);
  await bareTable(bare, ours);
  if (missing === null) {
    await emmettTables(emmett);
    await castoreTables(castore);
  }
  return { ours, bare, emmett, castore };
};

interface Setting {
  readonly crew: Crew;
  readonly targets: Targets;
  readonly peers: Peers;
  readonly writers: number;
  readonly batch: number;
}

const compare = async (lab: Lab, { crew, targets, peers, writers, batch }: Setting): Promise<void> => {
  const ms = sliceOf(lab);
  const sideOf =
    (side: keyof Targets): Side =>
    () =>
      crew.write(writers, { side, batch, callers: 1, ms, target: targets[side] });
  const size = `${writers}x${batch}`;
  const rate = { of: 'rate', unit: 'events/s', better: 'higher' } as const;
  await lab.measure({
    ours: sideOf('ours'),
    peers: {
      [INSERT]: sideOf('bare'),
      [EMMETT]: peers.missing ?? sideOf('emmett'),
      ...(batch === 1 ? { [CASTORE]: peers.missing ?? sideOf('castore') } : {}),
    },
    figures: [
      { id: `append_${size}_vs_insert`, ...rate, peer: INSERT },
      { id: `append_${size}_vs_emmett`, ...rate, peer: EMMETT },
      ...(batch === 1 ? [{ id: `append_${size}_vs_castore`, ...rate, peer: CASTORE }] : []),
      { id: `append_${size}_cpu`, of: 'cpu', unit: 'us/event', better: 'lower', peer: INSERT },
    ],
  });
};

/** Many callers in one process go together over its one connection. */
const grouped = async (lab: Lab, crew: Crew, targets: Targets): Promise<void> => {
  const order = { batch: 1, ms: sliceOf(lab) };
  await lab.measure({
    ours: () => crew.write(1, { ...order, side: 'ours', callers: CALLERS, target: targets.ours }),
    peers: { [`8 single writers of ${INSERT}`]: () => crew.write(8, { ...order, side: 'bare', callers: 1, target: targets.bare }) },
    figures: [
      {
        id: `append_grouped_${CALLERS}_vs_8_inserts`,
        of: 'rate',
        unit: 'events/s',
        better: 'higher',
        peer: `8 single writers of ${INSERT}`,
      },
    ],
  });
};

const sliceOf = ({ isQuick }: Lab): number => (isQuick ? 500 : 2000);
