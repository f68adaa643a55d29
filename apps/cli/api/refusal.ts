import type { Problem } from '#libs/contracts';
import { EXIT, Exit, type ExitCode } from '../exit.ts';

/** The API said no (RFC 9457). */
export class Refusal extends Exit {
  readonly problem: Problem;

  constructor(code: ExitCode, problem: Problem, hint: string) {
    super(code, `${problem.title}: ${problem.detail}${hint}`);
    this.problem = problem;
  }
}

export const refusalOf = async (answer: Response, hasToken: boolean): Promise<Refusal> => {
  const problem = await problemOf(answer);
  return new Refusal(exitCodeOf(answer.status, problem), problem, hintOf(answer.status, hasToken));
};

export const exitCodeOf = (status: number, { type }: Problem): ExitCode => {
  if (status === 401 || status === 403) return EXIT.auth;
  if (status === 409 || type.endsWith('idempotency-key-reused')) return EXIT.conflict;
  if (status === 502 || status === 503 || status === 504) return EXIT.unreachable;
  return status >= 400 && status < 500 ? EXIT.usage : EXIT.unexpected;
};

const hintOf = (status: number, hasToken: boolean): string => {
  if (status !== 401) return '';
  return hasToken
    ? '; the token is another one: see BERTH_TOKEN, BERTH_TOKEN_FILE'
    : '; set BERTH_TOKEN, or BERTH_HOME for the file token in it';
};

const problemOf = async (answer: Response): Promise<Problem> => {
  const text = await answer.text().catch(() => '');
  const fallback = {
    type: 'about:blank',
    title: `HTTP ${answer.status}`,
    status: answer.status,
    detail: text.slice(0, 500) || answer.statusText,
  };
  try {
    const body = JSON.parse(text) as Partial<Problem> | null;
    return typeof body?.title === 'string' ? { ...fallback, ...body } : fallback;
  } catch {
    return fallback;
  }
};
