import type { Mail } from '#libs/bus';
import type { Clock, Ids } from '#libs/clock';
import { type Anchor, type GatewayAddress, type HostId, hostAnchors } from '#libs/contracts';

export interface HostsMemoryPorts {
  readonly mail: Mail;
  readonly clock: Clock;
  readonly ids: Ids;
}

const PATIENCE_MS = 2000;

/** What the agents of hosts remember of the log: each keeps a head of it for every hour. */
export class HostsMemory {
  readonly #ports: HostsMemoryPorts;

  constructor(ports: HostsMemoryPorts) {
    this.#ports = ports;
  }

  /** By host; a host that does not answer in time is left out. */
  async ask(hosts: readonly HostId[]): Promise<ReadonlyMap<HostId, readonly Anchor[]>> {
    const { mail, clock, ids } = this.#ports;
    const replyTo: GatewayAddress = `gateway/${ids.run()}`;
    const told = new Map<HostId, readonly Anchor[]>();
    const { promise, resolve } = Promise.withResolvers<void>();
    const replies = await mail.receive(replyTo, async (message) => {
      const read = hostAnchors.safeParse(message);
      if (read.success && hosts.includes(read.data.host)) told.set(read.data.host, read.data.anchors);
      if (told.size === hosts.length) resolve();
    });
    const patience = clock.after(hosts.length === 0 ? 0 : PATIENCE_MS, resolve);
    for (const host of hosts) mail.send(`host/${host}`, { type: 'AnchorsWanted', host, replyTo });
    await promise;
    patience.cancel();
    await replies.close();
    return told;
  }
}
