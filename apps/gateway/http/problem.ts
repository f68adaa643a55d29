import type { Problem } from '#libs/contracts';

export interface Fault {
  /** JSON pointer into the body, as a fragment (RFC 6901, section 6). */
  readonly pointer: string;
  readonly detail: string;
}

interface ProblemOptions {
  readonly errors?: readonly Fault[];
  readonly headers?: Readonly<Record<string, string>>;
}

/** An answer that is a problem (RFC 9457). Nothing in it may repeat a secret. */
export class HttpProblem extends Error {
  override readonly name = 'HttpProblem';
  readonly problem: Problem;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, kind: string, detail: string, { errors, headers = {} }: ProblemOptions = {}) {
    super(detail);
    this.problem = {
      type: `urn:berth:problem:${kind}`,
      title: titleOf(kind),
      status,
      detail,
      ...(errors ? { errors } : {}),
    };
    this.headers = headers;
  }
}

/** The body was understood and can't be used; each fault says where and what to do. */
export const bodyRefused = (errors: readonly Fault[]): HttpProblem => {
  const rest = errors.length > 1 ? ` (and ${errors.length - 1} more)` : '';
  const [first] = errors;
  return new HttpProblem(422, 'body-refused', first ? `${first.pointer}: ${first.detail}${rest}` : 'the body can not be used', { errors });
};

const titleOf = (kind: string): string => kind.charAt(0).toUpperCase() + kind.slice(1).replaceAll('-', ' ');
