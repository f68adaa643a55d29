import { migrate } from '#libs/event-log/postgres';
import type { GatewayPorts } from '../ports.ts';
import { configOf } from '../view/database.ts';
import { DeadLetters } from './dead-letters.ts';
import { DeadLetters1764005000000 } from './migration.ts';
import { DeadLetterTable } from './table.ts';

/** The dead letters of this Berth, in a table that is brought to its newest form by its owner. */
export const openDeadLetters = async ({ pool, owner, clock, seals, deadLetters: broker }: GatewayPorts): Promise<DeadLetters> => {
  await migrate(owner ?? configOf(pool), { name: 'gateway_dead_letters', migrations: [DeadLetters1764005000000] });
  return new DeadLetters({ clock, seals, table: new DeadLetterTable(pool), broker });
};
