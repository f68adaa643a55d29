import pg from 'pg';
import type { BerthEvent } from '#libs/contracts';
import { mentionsView, migrate } from '#libs/event-log/postgres';
import { type View, ViewRunner } from '#libs/event-log/views';
import { openDatabase } from '../../apps/gateway/view/database.ts';
import { gatewayView } from '../../apps/gateway/view/gateway-view.ts';
import type { Lab } from '../lab.ts';
import type { Reading } from '../line.ts';
import { type Cluster, startCluster } from './append/cluster.ts';
import { storyOf, Told } from './at/told.ts';

/** By name: what is made of the log, and the tables that hold it. The history has its own bench (`at`), the world too (`fold`). */
const views: Readonly<Record<string, { readonly view: View; readonly tables: readonly string[] }>> = {
  gateway: { view: gatewayView, tables: ['deployment_view', 'container_view', 'host_view', 'park_view'] },
  mentions: { view: mentionsView, tables: ['mentions'] },
};

/** How fast each view is made of the log, and how large it is. */
export const bench = async (lab: Lab): Promise<void> => {
  const cluster = await startCluster();
  const events = storyOf(lab.isQuick ? 1000 : 20_000);
  try {
    for (const name of Object.keys(views))
      await lab.measure({
        ours: () => rebuild(cluster, name, events),
        figures: [
          { id: `view_${name}_rebuild`, of: 'rate', unit: 'events/s', better: 'higher' },
          { id: `view_${name}_disk`, of: 'disk', unit: 'MB/million events', better: 'lower' },
        ],
      });
  } finally {
    await cluster.stop();
  }
};

let databases = 0;

const rebuild = async (cluster: Cluster, name: string, events: readonly BerthEvent[]): Promise<Reading> => {
  const known = views[name];
  if (!known) throw new Error(`rebuild view ${name}: there is none`);
  const { config } = await cluster.createDatabase(`views_${++databases}`);
  await migrate(config);
  const pool = new pg.Pool({ ...config, max: 2 });
  const source = await openDatabase(pool, config);
  const begun = performance.now();
  await new ViewRunner({ pool, log: new Told(events), view: known.view }).start();
  const seconds = (performance.now() - begun) / 1000;
  const sql = 'select sum(pg_total_relation_size(name::regclass)) as bytes from unnest($1::text[]) name';
  const { rows } = await pool.query<{ bytes: string }>(sql, [known.tables]);
  await source.destroy();
  await pool.end();
  return { rate: events.length / seconds, disk: Number(rows[0]?.bytes) / events.length };
};
