import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { z } from 'zod';
import { Knowledge } from '../view/knowledge.ts';
import { pathOf, type Reply, type Request } from './exchange.ts';
import { wholeNumber } from './parameters.ts';
import { HttpProblem } from './problem.ts';
import { SchemaPipe } from './schema.pipe.ts';

const WAIT_MS = 5000;
const MOST_WAIT_MS = 60_000;

const duration = z
  .string('give it once')
  .regex(/^\d{1,6}(ms|s)$/, 'use a time, for example 5s or 500ms')
  .transform((text) => Number.parseInt(text, 10) * (text.endsWith('ms') ? 1 : 1000))
  .refine((ms) => ms <= MOST_WAIT_MS, `use at most ${MOST_WAIT_MS / 1000}s`);

const wish = z.object({ min_position: wholeNumber.optional(), wait: duration.default(WAIT_MS) });

type Asking = Request & { readonly query: Record<string, unknown> };

/**
 * Reads know the log up to a position, and say it: `Berth-Position`. Who wrote something, and reads it with `min_position`, is answered once
 * it is known, or told after `wait` how far the answer would have been.
 */
export class KnowledgeInterceptor implements NestInterceptor {
  readonly #knowledge: Knowledge;

  constructor(knowledge: Knowledge) {
    this.#knowledge = knowledge;
  }

  async intercept(context: ExecutionContext, next: CallHandler): Promise<ReturnType<CallHandler['handle']>> {
    if (context.getType() !== 'http') return next.handle();
    const request = context.switchToHttp().getRequest<Asking>();
    const reply = context.switchToHttp().getResponse<Reply>();
    if (!['GET', 'HEAD'].includes(request.method) || !pathOf(request).startsWith('/v1/')) return next.handle();
    const { min_position, wait } = (await new SchemaPipe().transform(request.query, { type: 'query', schema: wish })) as z.infer<
      typeof wish
    >;
    // They are of every read and no parameter of the handler's own.
    delete request.query.min_position;
    delete request.query.wait;
    const isThere = min_position === undefined || (await this.#knowledge.reaches(min_position, wait));
    const { position } = this.#knowledge;
    reply.headers({ 'berth-position': String(position) });
    if (!isThere) throw behind(position, min_position ?? 0);
    return next.handle();
  }
}

const behind = (position: number, wanted: number): HttpProblem =>
  new HttpProblem(503, 'behind', `the log is known here up to position ${position}, and position ${wanted} was asked for; ask again`, {
    headers: { 'retry-after': '1' },
  });
