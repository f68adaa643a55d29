import { CountingIds, ManualClock } from '#libs/clock';
import type { BerthEvent, StackName } from '#libs/contracts';
import type { EventLog } from '#libs/event-log';
import { MemoryEventLog, MemorySeals } from '#libs/event-log/memory';
import { Access } from '../access/access.ts';
import { Deployments } from '../deploy/deployments.ts';
import { RequestsDesk } from '../requests/requests-desk.ts';

export interface TestDesk {
  readonly desk: RequestsDesk;
  readonly deployments: Deployments;
  readonly reports: readonly string[];
  requests(): Promise<readonly BerthEvent[]>;
}

/** The desk over a log in memory: user `ci-shop` may deploy the stack `shop`. */
export const openDesk = (log: EventLog = new MemoryEventLog(new ManualClock(1_000_000))): TestDesk => {
  const ids = new CountingIds();
  const reports: string[] = [];
  const deployments = new Deployments({ log, seals: new MemorySeals(ids), ids });
  const access = new Access(new Map([['ci-shop', { role: 'deploy', stacks: ['shop' as StackName] }]]));
  const report = (problem: string, cause: unknown): void => void reports.push(`${problem}: ${cause}`);
  const desk = new RequestsDesk({ access, deployments, readModel: { deployment: async () => null }, report });
  return { desk, deployments, reports, requests: () => log.read({ type: 'DeployRequested', limit: 1000 }) };
};

/** A CloudEvent that asks for a deployment. */
export const wishOf = (id: string, data: unknown) => ({ specversion: '1.0', id, source: '/ci/shop', type: 'DeployRequested', data });
