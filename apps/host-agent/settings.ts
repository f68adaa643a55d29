import { resolve } from 'node:path';
import type { Capacity, HostId } from '#libs/contracts';

export interface HostAgentSettings {
  /** `BERTH_HOME`; the agent's own files are in its folder `agent`. */
  readonly home: string;
  readonly host: HostId;
  readonly tags: readonly string[];
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
  resolvConf: resolve(home, 'agent', 'resolv.conf'),
});
