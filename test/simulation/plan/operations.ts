import type { StackName } from '#libs/contracts';
import type { Chance } from '../world/chance.ts';
import type { Operator } from './operator.ts';
import { wishOf } from './wishes.ts';

interface WorkStage {
  readonly chance: Chance;
  readonly operator: Operator;
  readonly stacks: readonly StackName[];
}

interface Operation {
  /** In how many worlds it is known at all. */
  readonly share: number;
  readonly act: (stage: WorkStage) => void;
}

const FIRST_PORT = 8080;

const deploy = ({ chance, operator, stacks }: WorkStage, port?: number): void => {
  const index = chance.between(0, stacks.length - 1);
  const stack = stacks[index];
  if (stack) operator.deploy(wishOf(chance, stack, port ?? FIRST_PORT + index));
};

/** By name: everything that people ask for. */
export const OPERATIONS = {
  deploy: { share: 1, act: (stage) => deploy(stage) },
  /** Whoever presses twice has one wish: the same key. */
  'deploy, pressed twice': {
    share: 0.3,
    act: ({ chance, operator, stacks }) => {
      const stack = chance.pick(stacks);
      const ask = operator.deploy(wishOf(chance, stack, FIRST_PORT + stacks.indexOf(stack)));
      operator.after(chance.between(0, 3000), ask);
    },
  },
  /** All stacks ask for one door. */
  'deploy at the first door': { share: 0.2, act: (stage) => deploy(stage, FIRST_PORT) },
} as const satisfies Readonly<Record<string, Operation>>;

export type OperationKind = keyof typeof OPERATIONS;
