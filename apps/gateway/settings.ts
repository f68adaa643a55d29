import { join, resolve } from 'node:path';
import { z } from 'zod';
import { Rejected } from '#libs/contracts';
import { commaList, listenAddress } from '#libs/settings';
import { isLoopbackAddress } from './http/front-door.ts';

/** Port 0 takes a free one. */
export type Listen = { readonly address: string; readonly port: number } | { readonly socket: string };

export interface GatewaySettings {
  readonly listen: Listen;
  /** The operator's. */
  readonly token: string;
  /** Of the product. */
  readonly version?: string;
  /** Hosts that webhooks may be sent to though their addresses are link-local. */
  readonly webhookAllow?: readonly string[];
}

export const gatewayVariables = {
  BERTH_HOME: z.string().min(1).default('/var/lib/berth'),
  BERTH_LISTEN: listenAddress.prefault('127.0.0.1:7070'),
  /** `token` in the home unless told. */
  BERTH_TOKEN_FILE: z.string().min(1).optional(),
  /** The folder of the archive. Nothing is archived without one, but where all is one process: there it is `archive` in the home. */
  BERTH_ARCHIVE: z.string().min(1).optional(),
  /** Users of the broker who may deploy, and what; without it nobody may by message. */
  BERTH_ACCESS_FILE: z.string().min(1).optional(),
  /** Hosts of webhooks whose addresses are not looked at: `metadata.internal, 169.254.1.1`. */
  BERTH_WEBHOOK_ALLOW: commaList.prefault(''),
};

/** Where the operator's token is, and the home in which it is made where it is not there. */
export const tokenPlace = (read: Pick<z.infer<z.ZodObject<typeof gatewayVariables>>, 'BERTH_HOME' | 'BERTH_TOKEN_FILE'>) => {
  const home = resolve(read.BERTH_HOME);
  return { home, file: resolve(read.BERTH_TOKEN_FILE ?? join(home, 'token')) };
};

/** Throws `Rejected` unless the front door opens to this machine alone and has a key. */
export const checkSettings = ({ listen, token }: GatewaySettings): void => {
  if (token === '') throw new Rejected('start gateway: the token is empty; nothing is served without one');
  if ('address' in listen && !isLoopbackAddress(listen.address))
    throw new Rejected(
      `start gateway: ${listen.address} can be reached from other machines; listen on 127.0.0.1, ::1 or a unix socket, and let a proxy with TLS stand before it`,
    );
};
