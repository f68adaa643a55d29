import { type ArgumentsHost, Catch, type ExceptionFilter } from '@nestjs/common';
import { answerWith, pathOf, type Reply, type Request } from './exchange.ts';
import { ourBug, problemOf } from './problem-of.ts';

/** Every error of the gateway leaves as `application/problem+json`. */
@Catch()
export class ProblemFilter implements ExceptionFilter<unknown> {
  readonly #report: (problem: string, cause: unknown) => void;

  constructor(report: (problem: string, cause: unknown) => void) {
    this.#report = report;
  }

  catch(error: unknown, host: ArgumentsHost): void {
    const request = host.switchToHttp().getRequest<Request>();
    const reply = host.switchToHttp().getResponse<Reply>();
    const asked = { method: request.method, path: pathOf(request) };
    const known = problemOf(error, asked);
    if (known === null) this.#report(`answer ${asked.method} ${asked.path}`, error);
    answerWith(reply, known ?? ourBug());
  }
}
