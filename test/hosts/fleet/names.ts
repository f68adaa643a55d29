/** What a fleet is called by the kernel. All of it begins with its name, so that it can be found again without having been written down. */
export const namesOf = (fleet: string) => ({
  /** Short: paths of sockets hold 107 bytes. */
  dir: `/tmp/bh-${fleet}`,
  lan: `bh-${fleet}-lan`,
  /** Of this machine, into the bridge. */
  leg: `bh${fleet}`,
  /** Namespace and cgroup of a host. */
  host: (host: string) => `bh-${fleet}-${host}`,
  isOurs: (name: string) => name.startsWith(`bh-${fleet}-`),
});

/** In the environment of every process of a fleet, with its folder. */
export const MARK = 'BERTH_FLEET';
