import { isAbsolute, resolve } from 'node:path';
import { z } from 'zod';
import { hostId } from '#libs/contracts';
import { readSettings } from '#libs/settings';

const port = z.coerce.number().int().min(0).max(65535);

/** `127.0.0.1:7070` */
const listenAddress = z
  .string()
  .regex(/^\d{1,3}(\.\d{1,3}){3}:\d{1,5}$/, 'write it as address:port, for example 127.0.0.1:7070')
  .transform((text) => {
    const [address = '', number = ''] = text.split(':');
    return { address, port: port.parse(number) };
  });

const cidr = z.string().regex(/^\d{1,3}(\.\d{1,3}){3}\/\d{1,2}$/, 'write it as a range, for example 10.64.0.0/10');

const schema = z.object({
  BERTH_HOME: z.string().min(1).default('/var/lib/berth'),
  BERTH_LISTEN: listenAddress.prefault('127.0.0.1:7070'),
  BERTH_DNS_LISTEN: listenAddress.prefault('127.0.0.1:7053'),
  BERTH_TOKEN_FILE: z.string().min(1).optional(),
  BERTH_HOST: hostId.prefault('main'),
  BERTH_TAGS: z
    .string()
    .default('')
    .transform((text) =>
      text
        .split(',')
        .map((tag) => tag.trim())
        .filter((tag) => tag !== ''),
    ),
  BERTH_ENGINE: z.string().min(1).default('/var/run/docker.sock'),
  BERTH_POOL: cidr.default('10.64.0.0/10'),
  BERTH_BRIDGE: z
    .string()
    .regex(/^[a-z][a-z0-9]{0,14}$/, 'use 1 to 15 lower-case letters and digits')
    .default('berth0'),
  BERTH_ZONE: z.string().min(1).default('berth.internal'),
});

export interface StandaloneSettings {
  /** An absolute path: everything that Berth keeps is below it. */
  readonly home: string;
  readonly listen: { readonly address: string; readonly port: number };
  readonly dnsListen: { readonly address: string; readonly port: number };
  readonly tokenFile: string;
  readonly host: z.infer<typeof hostId>;
  readonly tags: readonly string[];
  /** Path of the engine's unix socket. */
  readonly engine: string;
  readonly pool: string;
  readonly bridge: string;
  readonly zone: string;
}

/** Throws one error that lists every bad variable. */
export const readStandaloneSettings = (env: NodeJS.ProcessEnv): StandaloneSettings => {
  const read = readSettings(schema, env);
  const home = isAbsolute(read.BERTH_HOME) ? read.BERTH_HOME : resolve(read.BERTH_HOME);
  return {
    home,
    listen: read.BERTH_LISTEN,
    dnsListen: read.BERTH_DNS_LISTEN,
    tokenFile: read.BERTH_TOKEN_FILE ?? `${home}/token`,
    host: read.BERTH_HOST,
    tags: read.BERTH_TAGS,
    engine: read.BERTH_ENGINE.replace(/^unix:\/\//, ''),
    pool: read.BERTH_POOL,
    bridge: read.BERTH_BRIDGE,
    zone: read.BERTH_ZONE,
  };
};
