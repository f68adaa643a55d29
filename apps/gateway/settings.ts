import { Rejected } from '#libs/contracts';
import { isLoopbackAddress } from './http/front-door.ts';

/** Port 0 takes a free one. */
export type Listen = { readonly address: string; readonly port: number } | { readonly socket: string };

export interface GatewaySettings {
  readonly listen: Listen;
  /** The operator's. */
  readonly token: string;
  /** Of the product. */
  readonly version?: string;
}

/** Throws `Rejected` unless the front door opens to this machine alone and has a key. */
export const checkSettings = ({ listen, token }: GatewaySettings): void => {
  if (token === '') throw new Rejected('start gateway: the token is empty; nothing is served without one');
  if ('address' in listen && !isLoopbackAddress(listen.address))
    throw new Rejected(
      `start gateway: ${listen.address} can be reached from other machines; listen on 127.0.0.1, ::1 or a unix socket, and let a proxy with TLS stand before it`,
    );
};
