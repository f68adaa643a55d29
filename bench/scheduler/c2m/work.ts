import type { HostId } from '#libs/contracts';
import type { Decided } from '#libs/domain';
import { requestOf } from '#libs/testing/neighbours';

/** As in HashiCorp's "Two Million Container Challenge": so many containers a host. */
const CONTAINERS = 2_000_000;
const HOSTS = 6_100;
/** Of a stack, which is one service. */
const REPLICAS = 1000;
/** Hosts of a rack. A stack goes to one rack, as far as its tags say. */
const RACK = 10;

export interface Work {
  readonly containers: number;
  readonly hosts: readonly { readonly host: HostId; readonly tags: readonly string[] }[];
  readonly requests: readonly Decided[];
}

/** Whole stacks, and hosts in whole racks. */
export const workOf = (wished: number): Work => {
  const stacks = Math.max(1, Math.round(wished / REPLICAS));
  const racks = Math.max(1, Math.round((stacks * REPLICAS * HOSTS) / CONTAINERS / RACK));
  return {
    containers: stacks * REPLICAS,
    hosts: Array.from({ length: racks * RACK }, (_, nth) => ({ host: `h${nth}` as HostId, tags: tagsOf(nth % racks) })),
    requests: Array.from({ length: stacks }, (_, nth) => requestOf(`job-${nth}`, 1, serviceOf(nth % racks), TIMES)),
  };
};

const tagsOf = (rack: number): readonly string[] => ['arch:amd64', 'ssd', `rack:${rack}`];

const serviceOf = (rack: number) => ({
  run: {
    ...{ image: 'registry.example.org/work:1', replicas: REPLICAS, tags: [...tagsOf(rack)] },
    resources: { milliCpus: 100, memoryBytes: 64 * 2 ** 20 },
    healthcheck: { command: ['CMD', 'true'], intervalMs: 30_000, timeoutMs: 1000, retries: 3, startPeriodMs: 0 },
  },
});

/** The machine is smaller than the fleet: nobody is late. */
const TIMES = { deadlineMs: 24 * 3_600_000 };
