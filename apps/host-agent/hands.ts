import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '#libs/clock';
import { RELEASE } from '#libs/service';
import { NginxProxy } from './nginx/nginx-proxy.ts';
import type { HostProxy, HostResolver } from './ports.ts';
import { ResolverClient } from './resolver/resolver-client.ts';
import type { HostAgentSettings } from './settings.ts';

export interface HandsOptions {
  readonly settings: HostAgentSettings;
  readonly clock: Clock;
  readonly report: (problem: string, cause: unknown) => void;
  /** How this process runs programs of ours: Node and its arguments. */
  readonly node: readonly string[];
}

/** The real proxy and resolver of a host: processes of their own, which live on when the agent ends. */
export const handsOf = ({
  settings,
  clock,
  report,
  node,
}: HandsOptions): { readonly proxy: HostProxy; readonly resolver: HostResolver } => {
  const { home, zone, pool } = settings;
  return {
    proxy: new NginxProxy({ home, clock, report }),
    resolver: new ResolverClient({ home, zone, pool, clock, release: RELEASE, command: [...node, resolverMain()] }),
  };
};

/** The resolver beside this file, compiled or as source. */
const resolverMain = (): string => {
  const main = join(import.meta.dirname, 'resolver/main');
  return existsSync(`${main}.js`) ? `${main}.js` : `${main}.ts`;
};
