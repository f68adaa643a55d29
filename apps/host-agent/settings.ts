import { resolve } from 'node:path';
import { z } from 'zod';
import { type Capacity, groupName, type HostId, hostId } from '#libs/contracts';
import { cidr, commaList } from '#libs/settings';

/** What may stand in a tag. */
const word = z.string().regex(/^[^\s,]{1,80}$/, 'use up to 80 characters without blanks and commas');

export const agentVariables = {
  BERTH_HOME: z.string().min(1).default('/var/lib/berth'),
  BERTH_HOST: hostId.prefault('main'),
  BERTH_TAGS: commaList.prefault(''),
  BERTH_GROUP: groupName.optional(),
  BERTH_REGION: word.optional(),
  BERTH_PROVIDER: word.optional(),
  BERTH_REBOOT_COMMAND: z.string().min(1).default('systemctl reboot'),
  BERTH_ENGINE: z.string().min(1).default('/var/run/docker.sock'),
  BERTH_POOL: cidr.default('10.64.0.0/10'),
  BERTH_BRIDGE: z
    .string()
    .regex(/^[a-z][a-z0-9]{0,14}$/, 'use 1 to 15 lower-case letters and digits')
    .default('berth0'),
  BERTH_ZONE: z.string().min(1).default('berth.internal'),
};

/** What is read by `agentVariables`, in the agent's words. The proxy of the host is its own. */
export const agentSettings = (read: z.infer<z.ZodObject<typeof agentVariables>>): HostAgentSettings => ({
  home: resolve(read.BERTH_HOME),
  host: read.BERTH_HOST,
  tags: [
    ...read.BERTH_TAGS,
    ...(read.BERTH_REGION === undefined ? [] : [`region:${read.BERTH_REGION}`]),
    ...(read.BERTH_PROVIDER === undefined ? [] : [`provider:${read.BERTH_PROVIDER}`]),
  ],
  ...(read.BERTH_GROUP === undefined ? {} : { group: read.BERTH_GROUP }),
  rebootCommand: read.BERTH_REBOOT_COMMAND,
  engineSocket: read.BERTH_ENGINE.replace(/^unix:\/\//, ''),
  pool: read.BERTH_POOL,
  bridge: read.BERTH_BRIDGE,
  zone: read.BERTH_ZONE,
  proxy: true,
});

export interface HostAgentSettings {
  /** `BERTH_HOME`; the agent's own files are in its folder `agent`. */
  readonly home: string;
  readonly host: HostId;
  readonly tags: readonly string[];
  /** The group whose tags it has besides its own. */
  readonly group?: string;
  /** A line for `sh` that restarts the machine. */
  readonly rebootCommand?: string;
  /** Path of the engine's unix socket. */
  readonly engineSocket: string;
  /** CIDR; this host takes its first /20. */
  readonly pool: string;
  /** Name of the bridge's interface. */
  readonly bridge: string;
  /** The zone in which containers find names. */
  readonly zone: string;
  /** What containers may claim; what the engine reports where it is not set. */
  readonly capacity?: Capacity;
  readonly proxy: boolean;
}

/** Where the agent keeps what it must know again after a restart. */
export const filesOf = ({ home }: Pick<HostAgentSettings, 'home'>) => ({
  state: resolve(home, 'agent', 'state.json'),
  leases: resolve(home, 'agent', 'leases.json'),
  anchors: resolve(home, 'agent', 'anchors'),
  resolvConf: resolve(home, 'agent', 'resolv.conf'),
});
