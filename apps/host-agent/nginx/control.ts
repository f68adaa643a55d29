import { request } from 'node:http';
import { type ContainerId, type StackName, Transient } from '#libs/contracts';
import { readDoors, type ServedDoors } from './doors-text.ts';

export interface Flight {
  readonly stack: StackName;
  readonly generation: string;
  readonly requests: number;
  /** All containers of the generation: a request may still be tried on another one of them. */
  readonly containers: readonly ContainerId[];
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

const PATIENCE_MS = 5000;

/** The control socket of a running Nginx. Every call throws `Transient` when nobody answers. */
export class Control {
  readonly #socket: string;

  constructor(socket: string) {
    this.#socket = socket;
  }

  /** The id of the configuration that answers. */
  async id(): Promise<string> {
    return (await this.#ask('GET', '/id')).text;
  }

  async doors(): Promise<ReadonlyMap<StackName, ServedDoors>> {
    const { text } = await this.#ask('GET', '/doors');
    const parts = text.split(/^stack /m).slice(1);
    return new Map(parts.map((part) => [part.slice(0, part.indexOf('\n')) as StackName, readDoors(part.slice(part.indexOf('\n') + 1))]));
  }

  /** False: this generation or a newer one serves already. */
  async put(stack: StackName, text: string): Promise<boolean> {
    const { status, text: words } = await this.#ask('PUT', `/doors/${stack}`, text);
    if (status === 201) return true;
    if (status === 200 || status === 409) return false;
    throw new Transient(`serve doors of ${stack}: ${words}`);
  }

  async remove(stack: StackName): Promise<void> {
    await this.#ask('DELETE', `/doors/${stack}`);
  }

  async flights(): Promise<readonly Flight[]> {
    const { text } = await this.#ask('GET', '/busy');
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => {
        const [stack, generation = '', requests, ...containers] = line.split(' ');
        return { stack: stack as StackName, generation, requests: Number(requests), containers: containers as ContainerId[] };
      });
  }

  #ask(method: string, path: string, body = ''): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const fail = (cause: unknown): void => reject(new Transient(`ask Nginx ${method} ${path}`, { cause }));
      const asked = request(
        {
          socketPath: this.#socket,
          method,
          path,
          agent: false,
          timeout: PATIENCE_MS,
          headers: { 'content-length': Buffer.byteLength(body) },
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', fail);
          response.on('end', () => resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }));
        },
      );
      asked.on('error', fail);
      asked.on('timeout', () => asked.destroy(new Error(`no answer within ${PATIENCE_MS} ms`)));
      asked.end(body);
    });
  }
}
