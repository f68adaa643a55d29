import type { Ids } from '#libs/clock';
import {
  type BerthEvent,
  type DeployBody,
  type DeploymentId,
  type EventData,
  type NewEvent,
  type StreamName,
  streams,
  Transient,
} from '#libs/contracts';
import type { EventLog, Seals } from '#libs/event-log';
import { keyedHash } from '#libs/seals';
import type { Plans } from '../plan/plans.ts';
import { canonicalJson } from './canonical.ts';
import { assertSameBody, type DeployRequested, firstWith, type Wish } from './idempotency.ts';
import { readBody } from './read-body.ts';
import { sealManifest } from './seal-manifest.ts';

export interface DeploymentsPorts {
  readonly log: EventLog;
  readonly seals: Seals;
  readonly ids: Ids;
  /** Who decides again what a token of a plan stands for; without it, none is looked at. */
  readonly plans?: Pick<Plans, 'assertSame'>;
}

export interface Accepted {
  /** The key was used before, with the same body. */
  readonly isRepeat: boolean;
  readonly requested: DeployRequested;
  readonly warnings: readonly string[];
}

type Draft = NewEvent<'DeployRequested'>;
type Asked = Pick<EventData<'DeployRequested'>, 'stack' | 'manifest' | 'images' | 'revision'>;

/** Others may append to the same stream meanwhile, and each time one of them wins. */
const ATTEMPTS = 100;
const PAGE = 1000;

/** Turns wishes for a deployment into the log's `DeployRequested`: one for each idempotency key. */
export class Deployments {
  readonly #ports: DeploymentsPorts;

  constructor(ports: DeploymentsPorts) {
    this.#ports = ports;
  }

  /**
   * Resolves when the request is in the log, as it stands there. Of two equal wishes at once the stream's version lets one in;
   * the other looks again and finds it. The key of a draft that lost seals nothing and stays behind unused.
   */
  async request(body: DeployBody, wish: Wish): Promise<Accepted> {
    const { manifest, images, warnings } = readBody(body);
    const { stack } = manifest;
    const text = canonicalJson(body);
    let draft: Draft | null = null;
    let actual = 0;
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const events = await this.#recent(streams.requests(stack));
      const requested = firstWith(events, wish);
      if (requested) {
        assertSameBody(requested, await this.#hash(requested.data.deployment, text));
        return { isRepeat: requested.id !== draft?.id, requested, warnings };
      }
      if (draft === null && body.plan !== undefined) await this.#ports.plans?.assertSame(body.plan, body);
      draft ??= await this.#draft({ ...wish, text }, { stack, manifest, images, revision: body.revision });
      actual = await this.#append(draft, streams.requests(stack), Math.max(actual, events.at(-1)?.version ?? 0));
    }
    throw new Transient(`append request for stack ${stack}: others were faster ${ATTEMPTS} times`);
  }

  async #draft({ actor, key, text }: Wish & { readonly text: string }, asked: Asked): Promise<Draft> {
    const { ids, seals } = this.#ports;
    const deployment = ids.deployment();
    const manifest = await sealManifest(seals, deployment, asked.manifest);
    const bodyHash = await this.#hash(deployment, text);
    if (bodyHash === null) throw new Error(`hash body of deployment ${deployment}: the key that sealed it is gone`);
    const data = { ...asked, manifest, deployment, key, bodyHash };
    return { id: ids.event(), type: 'DeployRequested', data, actor, correlation: deployment, causation: null };
  }

  /** Null when the deployment's key was erased. */
  async #hash(deployment: DeploymentId, text: string): Promise<string | null> {
    const { [deployment]: key } = await this.#ports.seals.keys([deployment]);
    return key === undefined ? null : keyedHash(key, text);
  }

  /** A key is remembered for as long as its request is in the table: for a week at least. */
  async #recent(stream: StreamName): Promise<readonly BerthEvent[]> {
    const events: BerthEvent[] = [];
    for (;;) {
      const page = await this.#ports.log.read({ stream, onlyTable: true, after: events.at(-1)?.position ?? 0, limit: PAGE });
      events.push(...page);
      if (page.length < PAGE) return events;
    }
  }

  /** The version at which the stream stands now: the caller looks again. Its events may all be archived, so that no other can tell it. */
  async #append(event: Draft, stream: StreamName, version: number): Promise<number> {
    const { log } = this.#ports;
    const { incarnation } = await log.head();
    const [result] = await log.append([{ incarnation, expected: { [stream]: version }, events: [{ stream, event }] }]);
    if (result?.status === 'refused') throw new Error(`append request to ${stream}: ${result.reason}`);
    return result?.status === 'conflict' ? result.actual : version;
  }
}
