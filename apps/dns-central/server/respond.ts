import type Dns from 'dns2';
import { Packet } from 'dns2';
import { DOT_IN_LABEL, Rcode, readQuery, type Tables, TCP_MOST, type Turns, udpLimit, writeFault } from '#libs/domain/naming';
import { callerOf } from './caller.ts';
import { packetOf } from './packet.ts';

export interface CentralQuestion {
  readonly bytes: Uint8Array;
  /** Address of the sender. */
  readonly from: string;
  readonly by: 'udp' | 'tcp';
}

/**
 * Null: say nothing. Our own reader judges a message before dns2 sees it: dns2 answers answers and malformed questions alike,
 * and its parser can be kept busy by counts and pointers.
 */
export const respond = (tables: Tables, turns: Turns, { bytes, from, by }: CentralQuestion): Uint8Array | null => {
  const reading = readQuery(bytes);
  if (reading.kind === 'silence') return null;
  if (reading.kind === 'fault') return writeFault(bytes, reading.rcode, reading.query);
  const { query } = reading;
  // dns2 would take the label for two; no name of ours has such a label.
  if (query.name.includes(DOT_IN_LABEL)) return writeFault(bytes, Rcode.REFUSED, query);
  const request = Packet.parse(Buffer.from(bytes));
  if (request.errors.length > 0) return writeFault(bytes, Rcode.FORMERR, null);
  const packet = packetOf({ tables, turns, request, query, caller: callerOf(tables, request, from) });
  return fitted(packet, { end: query.end, limit: by === 'udp' ? udpLimit(query) : TCP_MOST });
};

const OPT_BYTES = 11;
const ADDRESS_BYTES = 16;

/** As many addresses as fit, and TC where that isn't all of them. dns2 itself would send none, which some libraries take for "no such name". */
const fitted = (packet: Dns.Packet, { end, limit }: { readonly end: number; readonly limit: number }): Uint8Array => {
  const room = Math.floor((limit - end - OPT_BYTES) / ADDRESS_BYTES);
  const whole = packet.answers.length;
  packet.answers = packet.answers.slice(0, room);
  packet.header.tc = packet.answers.length < whole ? 1 : 0;
  return packet.toBuffer();
};
