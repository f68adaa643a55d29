import pg from 'pg';
import { InProcessFeed, InProcessMail } from '#libs/bus/in-process';
import { type Clock, SystemClock, SystemIds } from '#libs/clock';
import type { AnyNewEvent, BerthEvent, EventData, EventType } from '#libs/contracts';
import type { EventLog } from '#libs/event-log';
import { MemoryAttachments, MemorySeals } from '#libs/event-log/memory';
import { migrate, PostgresEventLog } from '#libs/event-log/postgres';
import { startTestPostgres, type TestPostgres } from '#libs/testing';
import type { GatewayPorts } from '../ports.ts';
import { startGateway } from '../start.ts';

export const TOKEN = 'berth_test_token';

export interface TestGateway {
  readonly url: string;
  readonly log: EventLog;
  /** Of its database; it takes further gateways. */
  readonly postgres: TestPostgres;
  readonly ports: GatewayPorts;
  /** What was reported, with its causes, as one text. */
  reported(): string;
  /** With the token unless `headers` say otherwise. */
  ask(path: string, init?: RequestInit): Promise<Response>;
  deploy(body: unknown, key?: string): Promise<Response>;
  /** Appends an event as its owner would. */
  happen<T extends EventType>(stream: string, type: T, data: EventData<T>): Promise<void>;
  close(): Promise<void>;
}

/** The gateway on a database of its own, over real HTTP. */
export const openGateway = async (postgres: TestPostgres, replace: Partial<GatewayPorts> = {}): Promise<TestGateway> => {
  const config = await postgres.createDatabase();
  await migrate(config);
  const pool = new pg.Pool({ ...config, max: 10 });
  const reports: string[] = [];
  const report = (problem: string, cause: unknown): void =>
    void reports.push(`${problem}: ${cause instanceof Error ? cause.stack : cause}`);
  const clock: Clock = new SystemClock();
  const ids = new SystemIds();
  const own = new PostgresEventLog({ pool, clock, report, ...(replace.archive ? { archive: replace.archive } : {}) });
  await own.start();
  const log = replace.log ?? own;
  const ports: GatewayPorts = {
    ...{ log, clock, ids, pool, report },
    feed: new InProcessFeed(log, clock, report),
    mail: new InProcessMail(report),
    seals: new MemorySeals(ids),
    attachments: new MemoryAttachments(clock),
    settings: { listen: { address: '127.0.0.1', port: 0 }, token: TOKEN, version: '0.1.0' },
    ...replace,
  };
  const end = async (): Promise<void> => {
    await own.close();
    await pool.end();
  };
  const gateway = await startGateway(ports).catch(async (cause: unknown) => {
    await end();
    throw cause;
  });
  const ask: TestGateway['ask'] = (path, { headers, ...init } = {}) =>
    fetch(`${gateway.url}${path}`, { ...init, headers: { authorization: `Bearer ${TOKEN}`, ...(headers as Record<string, string>) } });
  return {
    url: gateway.url,
    log,
    postgres,
    ports,
    ask,
    reported: () => reports.join('\n'),
    deploy: (body, key = ids.run()) => {
      const headers = { 'content-type': 'application/json', 'idempotency-key': key };
      return ask('/v1/deployments', { method: 'POST', headers, body: JSON.stringify(body) });
    },
    happen: async (stream, type, data) => {
      const event = { id: ids.event(), type, data, actor: 'test', correlation: 'test', causation: null } as unknown as AnyNewEvent;
      const { incarnation } = await log.head();
      const version = (await log.readStream(stream)).length;
      const [result] = await log.append([{ incarnation, expected: { [stream]: version }, events: [{ stream, event }] }]);
      if (result?.status !== 'appended') throw new Error(`append ${type}: ${result?.status}`);
    },
    close: async () => {
      await gateway.close();
      await end();
    },
  };
};

/** The gateway on a server of its own, which ends with it. */
export const startTestGateway = async (replace: Partial<GatewayPorts> = {}): Promise<TestGateway> => {
  const postgres = await startTestPostgres();
  const gateway = await openGateway(postgres, replace).catch(async (cause: unknown) => {
    await postgres.stop();
    throw cause;
  });
  const close = async (): Promise<void> => {
    await gateway.close();
    await postgres.stop();
  };
  return { ...gateway, close };
};

export const requestsIn = async (log: EventLog): Promise<readonly BerthEvent[]> => log.read({ type: 'DeployRequested', limit: 1000 });
