import type pg from 'pg';
import type { BerthEvent } from '#libs/contracts';
import type { View } from '#libs/event-log/views';
import { viewChanges } from './changes.ts';
import { netChanges } from './net-changes.ts';
import { statementsOf } from './sql.ts';

export const gatewayView: View = {
  name: 'gateway-2',
  apply: async (client: pg.PoolClient, events: readonly BerthEvent[]): Promise<void> => {
    for (const round of netChanges(events.flatMap(viewChanges)))
      for (const { text, values } of statementsOf(round)) await client.query(text, [...values]);
  },
};
