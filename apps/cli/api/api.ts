import type {
  ArchivedPlace,
  DeployAccepted,
  DeployBody,
  DeploymentView,
  ListedContainer,
  WebhookAdded,
  WebhookView,
} from '#libs/contracts';
import { EXIT, Exit } from '../exit.ts';
import type { Settings } from '../settings.ts';
import { refusalOf } from './refusal.ts';
import type { WireEvent } from './wire-event.ts';

export interface EventFilter {
  readonly stack?: string | undefined;
  /** Several with commas between them. */
  readonly type?: string | undefined;
  readonly stream?: string | undefined;
  readonly host?: string | undefined;
  readonly container?: string | undefined;
  readonly actor?: string | undefined;
  readonly correlation?: string | undefined;
  readonly causation?: string | undefined;
  /** RFC 3339. */
  readonly from?: string | undefined;
  readonly until?: string | undefined;
  readonly after?: number | undefined;
  readonly before?: number | undefined;
  readonly order?: 'oldest' | 'newest' | undefined;
  readonly limit?: number | undefined;
}

export interface EventPage {
  readonly events: readonly WireEvent[];
  readonly next: string | null;
  /** Files of the archive in which events of the page stand alone. */
  readonly archived?: readonly ArchivedPlace[];
}

interface Call {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal?: AbortSignal;
}

/** The API over HTTP. Every refusal and every failure to reach it is an `Exit`. */
export class Api {
  readonly #settings: Settings;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  async deploy(body: DeployBody, key: string): Promise<DeployAccepted> {
    const headers = { 'content-type': 'application/json', 'idempotency-key': key };
    return this.#json(await this.call('/v1/deployments', { method: 'POST', headers, body: JSON.stringify(body) }));
  }

  async deployment(deployment: string, signal: AbortSignal): Promise<DeploymentView> {
    return this.#json(await this.call(`/v1/deployments/${deployment}`, { signal }));
  }

  /** `minPosition`: not before the log is known there up to it. */
  async containers(stack: string | undefined, minPosition?: number): Promise<readonly ListedContainer[]> {
    const answer = await this.call(`/v1/containers${query({ stack, min_position: minPosition })}`, {});
    return (await this.#json<{ containers: readonly ListedContainer[] }>(answer)).containers;
  }

  /** A JSON body to this address, and the JSON that answers it. */
  async post<T>(path: string, body: object): Promise<T> {
    const headers = { 'content-type': 'application/json' };
    return this.#json(await this.call(path, { method: 'POST', headers, body: JSON.stringify(body) }));
  }

  async events(filter: EventFilter): Promise<EventPage> {
    return this.#json(await this.call(`/v1/events${query({ ...filter })}`, {}));
  }

  /** The JSON at this address. */
  async get<T>(path: string): Promise<T> {
    return this.#json(await this.call(path, {}));
  }

  async webhooks(): Promise<readonly WebhookView[]> {
    return (await this.#json<{ webhooks: readonly WebhookView[] }>(await this.call('/v1/webhooks', {}))).webhooks;
  }

  async addWebhook(body: object): Promise<WebhookAdded> {
    const headers = { 'content-type': 'application/json' };
    return this.#json(await this.call('/v1/webhooks', { method: 'POST', headers, body: JSON.stringify(body) }));
  }

  async removeWebhook(id: string): Promise<void> {
    await this.call(`/v1/webhooks/${encodeURIComponent(id)}`, { method: 'DELETE' });
  }

  /** The text of an attachment. */
  async attachment(sha256: string): Promise<string> {
    return (await this.call(`/v1/attachments/${sha256}`, { headers: { accept: 'text/plain' } })).text();
  }

  /** An answer that is no refusal. */
  async call(path: string, { headers, ...call }: Call): Promise<Response> {
    const { url, token } = this.#settings;
    const authorization = token === '' ? {} : { authorization: `Bearer ${token}` };
    const accept = { accept: 'application/json' };
    const answer = await fetch(`${url}${path}`, { ...call, headers: { ...accept, ...authorization, ...headers } }).catch(
      (cause: unknown) => {
        throw unreachable(url, cause);
      },
    );
    if (!answer.ok) throw await refusalOf(answer, token !== '');
    return answer;
  }

  async #json<T>(answer: Response): Promise<T> {
    return (await answer.json().catch((cause: unknown) => {
      throw new Exit(EXIT.unreachable, `read answer of ${this.#settings.url}: it is no JSON; is Berth listening there?`, { cause });
    })) as T;
  }
}

export const query = (parameters: Readonly<Record<string, string | number | undefined>>): string => {
  const given = Object.entries(parameters).filter((entry) => entry[1] !== undefined);
  return given.length === 0 ? '' : `?${new URLSearchParams(given.map(([name, value]) => [name, String(value)]))}`;
};

const unreachable = (url: string, cause: unknown): Exit => {
  const { code, message } = ((cause as Error).cause ?? cause) as { code?: string; message?: string };
  return new Exit(
    EXIT.unreachable,
    `reach Berth at ${url}: ${code ?? message ?? 'no answer'}; is it running? BERTH_URL names another address`,
    { cause },
  );
};
