import { parseArgs } from 'node:util';
import { z } from 'zod';
import { type Network, network } from '#libs/domain/naming';

export interface ResolverSettings {
  /** Absolute: `names/` and `run/` are below it. */
  readonly home: string;
  readonly listen: { readonly address: string; readonly port: number };
  readonly zone: string;
  /** Who may ask: the addresses of containers. Whoever is registered, or asks from the listening address itself, may too. */
  readonly pool: Network;
  /** Others to ask for other names, `address` or `address#port`; none of them: nobody is asked; null: those of /etc/resolv.conf. */
  readonly upstreams: readonly string[] | null;
  /** Names what was started, so that a newer agent knows an older resolver. */
  readonly release: string;
}

const schema = z.strictObject({
  home: z.string().startsWith('/', 'use an absolute path'),
  listen: z.ipv4('use the IPv4 address of the gateway'),
  port: z.coerce.number().int().min(1).max(65535).default(53),
  zone: z
    .string()
    .regex(/^[a-z0-9-]+(\.[a-z0-9-]+)*$/, 'use lower-case labels without a dot at the end')
    .default('berth.internal'),
  pool: z.string().transform(readNetwork).prefault('10.64.0.0/10'),
  upstreams: z
    .string()
    .transform((text) => text.split(',').filter((upstream) => upstream !== ''))
    .optional(),
  release: z.string().default('none'),
});

/** Arguments go before the environment's `BERTH_HOME`, `BERTH_ZONE` and `BERTH_POOL`. One error lists every bad one. */
export const readResolverSettings = (args: readonly string[], env: NodeJS.ProcessEnv): ResolverSettings => {
  const { values } = parseArgs({ args: [...args], options });
  const given = { home: env.BERTH_HOME, zone: env.BERTH_ZONE, pool: env.BERTH_POOL, ...values };
  const read = schema.safeParse(Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)));
  if (!read.success) throw new Error(`read settings of the resolver: ${z.prettifyError(read.error)}`);
  const { listen, port, upstreams, ...rest } = read.data;
  return { ...rest, listen: { address: listen, port }, upstreams: upstreams ?? null };
};

const options = {
  home: { type: 'string' },
  listen: { type: 'string' },
  port: { type: 'string' },
  zone: { type: 'string' },
  pool: { type: 'string' },
  upstreams: { type: 'string' },
  release: { type: 'string' },
} as const;

function readNetwork(cidr: string, context: z.RefinementCtx): Network {
  const read = network(cidr);
  if (read !== null) return read;
  context.addIssue({ code: 'custom', message: 'write it as a range, for example 10.64.0.0/10' });
  return z.NEVER;
}
