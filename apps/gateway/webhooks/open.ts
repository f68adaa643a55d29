import type pg from 'pg';
import { migrate, PostgresLeases } from '#libs/event-log/postgres';
import type { GatewayPorts } from '../ports.ts';
import { configOf } from '../view/database.ts';
import { Webhooks1763806100000 } from './migration.ts';
import { WebhookSender } from './sender.ts';
import { WebhookTable } from './table.ts';
import { Webhooks } from './webhooks.ts';

export interface OpenedWebhooks {
  readonly webhooks: Webhooks;
  readonly sender: WebhookSender;
}

/** The feeds of this log, over tables that are brought to their newest form by their owner. Nothing is sent before the sender starts. */
export const openWebhooks = async ({ pool, owner, settings, ...ports }: GatewayPorts): Promise<OpenedWebhooks> => {
  await migrate(owner ?? configOf(pool), { name: 'gateway_webhooks', migrations: [Webhooks1763806100000] });
  const table = new WebhookTable(pool);
  const allowed = settings.webhookAllow ?? [];
  const sender = new WebhookSender({ ...ports, leases: leasesOf(pool), table, allowed });
  return { webhooks: new Webhooks({ ...ports, table, allowed, changed: () => sender.wake() }), sender };
};

const leasesOf = (pool: pg.Pool): PostgresLeases => new PostgresLeases(pool);
