import type { Clock } from '#libs/clock';
import type { Desk } from './desk.ts';
import { listenByTcp } from './tcp.ts';
import { listenByUdp } from './udp.ts';

const RETRY_MS = 200;

export interface Listening {
  close(): void;
}

/** Listens by UDP and TCP; while the address is not there yet, or is held by another, it tries again. Null once `signal` was given. */
export const listen = async (
  desk: Desk,
  clock: Clock,
  at: { readonly address: string; readonly port: number },
  { signal, report }: { readonly signal: AbortSignal; readonly report: (problem: string, cause: unknown) => void },
): Promise<Listening | null> => {
  for (let tries = 0; !signal.aborted; tries++) {
    try {
      return await both(desk, clock, at);
    } catch (cause) {
      if (tries === 0) report(`listen on ${at.address}:${at.port}: trying again`, cause);
      await clock.sleep(RETRY_MS, signal).catch(() => undefined);
    }
  }
  return null;
};

const both = async (desk: Desk, clock: Clock, at: { readonly address: string; readonly port: number }): Promise<Listening> => {
  const udp = await listenByUdp(desk, at);
  try {
    const tcp = await listenByTcp(desk, clock, at);
    return {
      close: () => {
        udp.close();
        tcp.close();
      },
    };
  } catch (cause) {
    udp.close();
    throw cause;
  }
};
