import { describe, expect, it } from 'vitest';
import { peersOf, readConnections } from './connections.ts';

const HEAD = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n';
const line = (local: string, remote: string, state: string): string =>
  `   0: ${local} ${remote} ${state} 00000000:00000000 00:00000000 0 0 0 1\n`;
// 10.64.0.10:80 is 0A00400A:0050; 10.64.0.1 is 0100400A; 10.64.0.11 is 0B00400A.
const LISTEN = line('00000000:0050', '00000000:0000', '0A');

describe('connections of a network namespace', () => {
  it('reads addresses, ports and states', () => {
    expect(readConnections(HEAD + line('0A00400A:0050', '0100400A:C350', '01'))).toEqual([
      { localAddress: '10.64.0.10', localPort: 80, remoteAddress: '10.64.0.1', state: 'established' },
    ]);
  });

  it('reads IPv4 inside IPv6, where a listener on both families shows it', () => {
    const mapped = line('0000000000000000FFFF00000A00400A:0050', '0000000000000000FFFF00000B00400A:C350', '01');
    const listener = line('00000000000000000000000000000000:0050', '00000000000000000000000000000000:0000', '0A');
    expect(peersOf(readConnections(HEAD, HEAD + listener + mapped))).toEqual(['10.64.0.11']);
  });

  it('counts who came to a port that is listened on, and nobody whom it called itself', () => {
    const came = line('0A00400A:0050', '0B00400A:C350', '01');
    const called = line('0A00400A:C351', '0C00400A:0050', '01');
    expect(peersOf(readConnections(HEAD + LISTEN + came + came + called))).toEqual(['10.64.0.11']);
  });

  it('leaves out what ended, and what a container is to itself', () => {
    const ended = line('0A00400A:0050', '0B00400A:C350', '06');
    const itself = line('0A00400A:0050', '0A00400A:C350', '01') + line('0100007F:0050', '0100007F:C350', '01');
    expect(peersOf(readConnections(HEAD + LISTEN + ended + itself))).toEqual([]);
  });
});
