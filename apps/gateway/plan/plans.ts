import { createHash } from 'node:crypto';
import type { Clock } from '#libs/clock';
import type { DeployBody, PlanBody, PlanView } from '#libs/contracts';
import type { WhatIf } from '#libs/domain/plan';
import type { World } from '#libs/domain/stack';
import { HttpProblem } from '../http/problem.ts';
import type { Present } from '../world/present.ts';
import { type Outcome, planOf } from './plan-of.ts';
import { readPlan, wishOf } from './read-plan.ts';

export interface PlansPorts {
  readonly present: Present;
  readonly clock: Clock;
}

/** Of so many plans the lines are known still, to say what is another now. A token of an older one is as good without. */
const REMEMBERED = 100;
/** So many differences are named. */
const MOST_NAMED = 10;

/** What would be, and whether it still would. */
export class Plans {
  readonly #ports: PlansPorts;
  readonly #outcomes = new Map<string, readonly string[]>();

  constructor(ports: PlansPorts) {
    this.#ports = ports;
  }

  async plan(body: PlanBody): Promise<PlanView> {
    const world = await this.#ports.present.world();
    const outcome = this.#decide(world, readPlan(world, body));
    const token = tokenOf(outcome);
    this.#remember(token, outcome.lines);
    return { ...outcome.view, token };
  }

  /** Decides again. Throws a problem that says in words what would be another thing now than when the token was given. */
  async assertSame(token: string, body: Pick<DeployBody, 'compose' | 'images'>): Promise<void> {
    const [, hash] = TOKEN.exec(token) ?? [];
    if (hash === undefined) throw new HttpProblem(422, 'no-plan', `${token} is no plan: take the token that berth plan printed last`);
    const world = await this.#ports.present.world();
    const outcome = this.#decide(world, { deploy: wishOf(body), scale: [], without: [], tags: [] });
    const fresh = tokenOf(outcome);
    if (TOKEN.exec(fresh)?.[1] === hash) return;
    throw new HttpProblem(409, 'plan-outdated', `${differenceText(this.#outcomes.get(token), outcome)}; look again with berth plan`);
  }

  #decide(world: World, whatIf: WhatIf): Outcome {
    return planOf(world, whatIf, this.#ports.clock.now());
  }

  #remember(token: string, lines: readonly string[]): void {
    this.#outcomes.delete(token);
    this.#outcomes.set(token, lines);
    const [oldest] = this.#outcomes.keys();
    if (this.#outcomes.size > REMEMBERED && oldest !== undefined) this.#outcomes.delete(oldest);
  }
}

/** The position names the versions that it stood on, the hash what came out. */
const tokenOf = ({ view, lines }: Outcome): string =>
  `p${view.position}-${createHash('sha256')
    .update([...lines].sort().join('\n'))
    .digest('hex')
    .slice(0, 16)}`;

const TOKEN = /^p\d{1,15}-([0-9a-f]{16})$/;

const differenceText = (planned: readonly string[] | undefined, { lines }: Outcome): string => {
  if (planned === undefined) return 'what was planned would not come about any more';
  const now = new Set(lines);
  const before = new Set(planned);
  const words = [
    ...planned.filter((line) => !now.has(line)).map((line) => `no longer ${line}`),
    ...lines.filter((line) => !before.has(line)).map((line) => `now ${line}`),
  ];
  const rest = words.length - MOST_NAMED;
  return `what was planned would not come about any more: ${words.slice(0, MOST_NAMED).join('; ')}${rest > 0 ? `; and ${rest} more` : ''}`;
};
