import type { ZodType } from 'zod';
import type { LiveTables } from '../live-tables.ts';
import { callersSchema, namesPartSchema } from '../schemas.ts';

export interface ControlRequest {
  readonly method: string;
  readonly path: string;
  readonly body: string;
}

export interface ControlAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** What a resolver says of itself. */
export interface ResolverState {
  readonly pid: number;
  /** The release that was started. */
  readonly version: string;
  readonly listen: { readonly address: string; readonly port: number };
  readonly zone: string;
  readonly isListening: boolean;
  /** By stack. */
  readonly generations: LiveTables['generations'];
  readonly callersHash: string;
}

/** The agent's hand on the resolver's tables. Files are the agent's to write: this changes what serves, not the disk. */
export const control = (live: LiveTables, state: () => ResolverState, { method, path, body }: ControlRequest): ControlAnswer => {
  const [, kind = '', stack = '', ...more] = path.split('/');
  const route = more.length > 0 ? '' : `${method} ${kind}${stack === '' ? '' : '/<stack>'}`;
  switch (route) {
    case 'GET state':
      return { status: 200, body: state() };
    case 'PUT callers':
      return parsed(body, callersSchema, (callers) => {
        live.register(callers);
        return done;
      });
    case 'PUT names/<stack>':
      return parsed(body, namesPartSchema, (part) => {
        if (part.stack !== stack) return problem(400, `put names of ${stack}: the part is of ${part.stack}`);
        return live.take(part) ? done : problem(409, `put names of ${stack}: what serves is newer`);
      });
    case 'DELETE names/<stack>':
      live.forget(stack);
      return done;
    default:
      return problem(404, `${method} ${path}: there is no such thing here`);
  }
};

const done: ControlAnswer = { status: 204, body: null };

const problem = (status: number, detail: string): ControlAnswer => ({ status, body: { detail } });

const parsed = <T>(body: string, schema: ZodType<T>, take: (value: T) => ControlAnswer): ControlAnswer => {
  try {
    const read = schema.safeParse(JSON.parse(body));
    return read.success ? take(read.data) : problem(400, `read the body: ${read.error.message}`);
  } catch (cause) {
    return problem(400, `read the body: ${String(cause)}`);
  }
};
