import { once } from 'node:events';
import { connect } from 'node:net';
import { namesOf } from '../fleet/names.ts';
import type { Answer, Order } from './words.ts';

export const socketOf = (fleet: string): string => `${namesOf(fleet).dir}/keeper.sock`;

/** Gives the keeper of a fleet an order, and its answer back. Throws what it says when it can't. */
export const ask = async (fleet: string, order: Order): Promise<string> => {
  const socket = connect(socketOf(fleet));
  try {
    await once(socket, 'connect');
  } catch {
    throw new Error(`${order.command}: no fleet is up; start one with: npm run hosts -- up 3`);
  }
  socket.write(`${JSON.stringify(order)}\n`);
  const { ok, text } = JSON.parse((await socket.toArray()).join('')) as Answer;
  if (!ok) throw new Error(text);
  return text;
};
