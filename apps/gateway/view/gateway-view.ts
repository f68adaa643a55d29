import type pg from 'pg';
import type { BerthEvent } from '#libs/contracts';
import type { View } from '#libs/event-log/views';
import { viewChanges } from './changes.ts';
import { statementOf } from './sql.ts';

export const gatewayView: View = {
  name: 'gateway-2',
  apply: async (client: pg.PoolClient, events: readonly BerthEvent[]): Promise<void> => {
    for (const statement of events.flatMap(viewChanges).map(statementOf)) await client.query(statement.text, [...statement.values]);
  },
};
