import type { Clock, Ids } from '#libs/clock';
import type { RebalanceBody, RebalanceView } from '#libs/contracts';
import { rebalance } from '#libs/domain/plan';
import type { World } from '#libs/domain/stack';
import type { EventLog } from '#libs/event-log';
import { HttpProblem } from '../http/problem.ts';
import { appendWishes } from '../requests/append-wishes.ts';
import type { Present } from '../world/present.ts';

export interface RebalancingPorts {
  readonly log: EventLog;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly present: Present;
}

/** Which containers should go elsewhere for the fleet to be more even, and the wish that they do. */
export class Rebalancing {
  readonly #ports: RebalancingPorts;

  constructor(ports: RebalancingPorts) {
    this.#ports = ports;
  }

  async plan({ max, stack }: RebalanceBody): Promise<RebalanceView> {
    const { clock, present } = this.#ports;
    const world = await present.world();
    const result = rebalance(world, { most: max, stacks: stack && [known(world, stack)] }, clock.now());
    return { position: world.position, ...result };
  }

  /** One wish a stack: the scheduler refuses what does not fit any more when its turn comes. */
  async apply(body: RebalanceBody, actor: string): Promise<RebalanceView> {
    const plan = await this.plan(body);
    const positions: number[] = [];
    for (const [stack, own] of Map.groupBy(plan.moves, (move) => move.stack)) {
      const moves = own.map(({ container, to }) => ({ container, host: to }));
      positions.push(await appendWishes(this.#ports, stack, [{ type: 'MovesRequested', data: { stack, moves } }], actor));
    }
    return { ...plan, position: Math.min(plan.position + 1, ...positions) };
  }
}

const known = (world: World, stack: NonNullable<RebalanceBody['stack']>): NonNullable<RebalanceBody['stack']> => {
  if (world.stacks.get(stack)) return stack;
  throw new HttpProblem(404, 'not-found', `no stack is called ${stack}`);
};
