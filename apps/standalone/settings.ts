import { join } from 'node:path';
import { z } from 'zod';
import type { Patience } from '#libs/domain/fleet';
import { readSettings } from '#libs/settings';
import { dnsVariables } from '../dns-central/settings.ts';
import { gatewayVariables, tokenPlace } from '../gateway/settings.ts';
import { agentSettings, agentVariables, type HostAgentSettings } from '../host-agent/settings.ts';
import { patienceOf, schedulerVariables } from '../scheduler/settings.ts';

const schema = z.object({ ...gatewayVariables, ...dnsVariables, ...schedulerVariables, ...agentVariables });

export interface StandaloneSettings {
  /** An absolute path: everything that Berth keeps is below it. */
  readonly home: string;
  readonly listen: { readonly address: string; readonly port: number };
  readonly dnsListen: { readonly address: string; readonly port: number };
  readonly tokenFile: string;
  /** The folder of the archive. */
  readonly archive: string;
  readonly webhookAllow: readonly string[];
  readonly patience: Patience;
  readonly agent: HostAgentSettings;
}

/** Throws one error that lists every bad variable. */
export const readStandaloneSettings = (env: NodeJS.ProcessEnv): StandaloneSettings => {
  const read = readSettings(schema, env);
  const { home, file } = tokenPlace(read);
  return {
    home,
    listen: read.BERTH_LISTEN,
    dnsListen: read.BERTH_DNS_LISTEN,
    tokenFile: file,
    archive: read.BERTH_ARCHIVE ?? join(home, 'archive'),
    webhookAllow: read.BERTH_WEBHOOK_ALLOW,
    patience: patienceOf(read),
    agent: agentSettings(read),
  };
};
