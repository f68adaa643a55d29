import { type DataSource, In } from 'typeorm';
import type { Clock } from '#libs/clock';
import {
  type DeploymentId,
  type DeploymentView,
  type GroupView,
  type HostsView,
  type ListedContainer,
  type ParkView,
  type ScaledView,
  Transient,
} from '#libs/contracts';
import type { EventLog } from '#libs/event-log';
import type { Beats, Hearing } from '#libs/event-log/listening';
import type { ViewRunner } from '#libs/event-log/views';
import { containerRows, deploymentRows, fleetRows, groupRows, hostRows, parkRows, scaledRows } from './entities.ts';
import { readHearing } from './hearing.ts';
import {
  type ContainerRow,
  type DeploymentRow,
  deploymentViewOf,
  hostViewOf,
  isLeaving,
  isRunning,
  listedContainerOf,
  parkViewOf,
  scaledViewOf,
} from './rows.ts';

export interface ReadModelPorts {
  readonly log: EventLog;
  readonly clock: Clock;
  /** Of the services that end what waits. */
  readonly beats: Beats;
  readonly runner: ViewRunner;
  readonly source: DataSource;
}

/** How long an answer waits for the view to hold all that the log held when it was asked. */
const PATIENCE_MS = 2000;

/** Answers from the read model, not staler than the log was when the question came; a slow view is taken as it is. */
export class ReadModel {
  readonly #ports: ReadModelPorts;

  constructor(ports: ReadModelPorts) {
    this.#ports = ports;
  }

  async deployment(deployment: DeploymentId): Promise<DeploymentView | null> {
    const [view] = await this.#fresh(async (source) => this.#timed(await source.getRepository(deploymentRows).findBy({ deployment })));
    return view ?? null;
  }

  /** Newest first. */
  async deployments({ stack, limit }: { readonly stack?: string; readonly limit: number }): Promise<readonly DeploymentView[]> {
    return this.#fresh(async (source) =>
      this.#timed(await source.getRepository(deploymentRows).find({ where: ofStack(stack), order: { position: 'DESC' }, take: limit })),
    );
  }

  async containers(stack: string | undefined): Promise<readonly ListedContainer[]> {
    return this.#fresh(async (source) => {
      const rows = await source.getRepository(containerRows).find({ where: ofStack(stack), order: { stack: 'ASC', container: 'ASC' } });
      const timeouts = await drainTimeouts(source, rows.filter(isLeaving));
      const hearing = timeouts.size === 0 ? null : await this.#hearing();
      return rows.map((row) => listedContainerOf(row, timeouts.get(row.deployment) ?? null, hearing));
    });
  }

  async hosts(): Promise<HostsView> {
    const [hosts, groups, [fleet], containers] = await this.#fresh((source) =>
      Promise.all([
        source.getRepository(hostRows).find({ order: { host: 'ASC' } }),
        source.getRepository(groupRows).find(),
        source.getRepository(fleetRows).find(),
        source.getRepository(containerRows).find({ select: { container: true, host: true } }),
      ]),
    );
    const on = Map.groupBy(containers, ({ host }) => host);
    return {
      hosts: hosts.map((row) => hostViewOf(row, groups, on.get(row.host)?.length ?? 0)),
      silentSince: fleet?.silentSince ?? null,
    };
  }

  async groups(): Promise<readonly GroupView[]> {
    const [groups, hosts] = await this.#fresh((source) =>
      Promise.all([source.getRepository(groupRows).find(), source.getRepository(hostRows).find({ order: { host: 'ASC' } })]),
    );
    const tags = new Map(groups.map((row) => [row.hostGroup, row.tags]));
    const members = Map.groupBy(hosts, ({ hostGroup }) => hostGroup);
    const names = new Set([...tags.keys(), ...members.keys()].filter((name) => name !== null));
    return [...names].sort().map((group) => ({
      group,
      tags: tags.get(group) ?? [],
      hosts: (members.get(group) ?? []).map(({ host }) => host),
    }));
  }

  async parks(): Promise<readonly ParkView[]> {
    const rows = await this.#fresh((source) => source.getRepository(parkRows).find({ order: { park: 'ASC' } }));
    return rows.map(parkViewOf);
  }

  /** What was scaled, where it still holds: until the manifest that serves asks for another number. */
  async scaled(stack: string | undefined): Promise<readonly ScaledView[]> {
    const [scaled, promoted] = await this.#fresh((source) =>
      Promise.all([
        source.getRepository(scaledRows).find({ where: ofStack(stack), order: { scaled: 'ASC' } }),
        source.query<Promoted[]>(PROMOTED),
      ]),
    );
    const inManifest = new Map(promoted.map(({ stack: name, replicas }) => [name, replicas]));
    return scaled
      .filter((row) => row.replicas !== row.inManifest && inManifest.get(row.stack)?.[row.service] === row.inManifest)
      .map(scaledViewOf);
  }

  /** How many events the view has yet to fold. */
  async lag(): Promise<number> {
    const { log, runner } = this.#ports;
    return (await log.head()).position - runner.position;
  }

  async #timed(rows: readonly DeploymentRow[]): Promise<readonly DeploymentView[]> {
    const hearing = rows.some(isRunning) ? await this.#hearing() : null;
    return rows.map((row) => deploymentViewOf(row, hearing));
  }

  #hearing(): Promise<Hearing> {
    return readHearing(this.#ports.source, this.#ports.beats);
  }

  async #fresh<T>(read: (source: DataSource) => Promise<T>): Promise<T> {
    const { log, runner, source } = this.#ports;
    const { position } = await log.head();
    try {
      await this.#atMost(runner.caughtUpTo(position)).catch((cause: unknown) => {
        // Halted, it answers with what it holds; /readyz says so.
        if (runner.hindrance === null) throw cause;
      });
      return await read(source);
    } catch (cause) {
      throw isOutage(cause) ? new Transient('read the read model', { cause }) : cause;
    }
  }

  async #atMost(work: Promise<void>): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const timer = this.#ports.clock.after(PATIENCE_MS, resolve);
    try {
      await Promise.race([work, promise]);
    } finally {
      timer.cancel();
      // The view may fail after nobody waits any more; whoever waits next is told.
      work.catch(() => undefined);
    }
  }
}

interface Promoted {
  readonly stack: string;
  readonly replicas: Readonly<Record<string, number>>;
}

/** What serves in each stack that was ever scaled. */
const PROMOTED = `
select distinct on (stack) stack, replicas from deployment_view
where status = 'promoted' and stack in (select stack from scaled_view)
order by stack, ended_at desc, position desc`;

/** By the deployments that these containers came with. */
const drainTimeouts = async (source: DataSource, rows: readonly ContainerRow[]): Promise<ReadonlyMap<DeploymentId, number | null>> => {
  if (rows.length === 0) return new Map();
  const deployments = [...new Set(rows.map(({ deployment }) => deployment))];
  const found = await source.getRepository(deploymentRows).findBy({ deployment: In(deployments) });
  return new Map(found.map(({ deployment, drainTimeoutMs }) => [deployment, drainTimeoutMs]));
};

const ofStack = (stack: string | undefined) => (stack === undefined ? {} : { stack: stack as never });

/** SQLSTATE classes 08 (connection), 53 (resources) and 57 (operator), errors of the network, and what `pg` says without a code. */
export const isOutage = (cause: unknown): boolean => {
  const { code = '', message = '' } = cause as { code?: string; message?: string };
  return /^(?:08|53|57|E[A-Z]+$)/.test(code) || /^(?:Connection terminated|timeout )/.test(message);
};
