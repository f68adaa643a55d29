import type pg from 'pg';
import type { Anchor, AuditAnswer, HostId } from '#libs/contracts';
import type { ArchiveFiles } from '#libs/event-log/archive';
import { auditLog } from '#libs/event-log/postgres';
import type { HostsMemory } from './hosts-memory.ts';

export interface AuditPorts {
  readonly pool: pg.Pool;
  readonly files: ArchiveFiles;
  readonly memory: HostsMemory;
  readonly hosts: () => Promise<readonly HostId[]>;
}

/** The log, looked through row by row and compared with what is remembered of it elsewhere. */
export class Audit {
  readonly #ports: AuditPorts;

  constructor(ports: AuditPorts) {
    this.#ports = ports;
  }

  async verify(given: readonly Anchor[]): Promise<AuditAnswer> {
    const { pool, files, memory } = this.#ports;
    const hosts = await this.#ports.hosts();
    const told = await memory.ask(hosts);
    const remembered = [...told].flatMap(([host, anchors]) => anchors.map((anchor) => ({ ...anchor, keeper: `host ${host}` })));
    const report = await auditLog(pool, [...given.map((anchor) => ({ ...anchor, keeper: 'who asks' })), ...remembered], files);
    const [answered, silent] = [hosts.filter((host) => told.has(host)), hosts.filter((host) => !told.has(host))];
    return { ...report, hosts: { answered, silent } };
  }
}
