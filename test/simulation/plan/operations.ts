import { type HostChange, type HostId, type ScaleChange, type ServiceName, type StackName, streams } from '#libs/contracts';
import { containersOf, isStaying, stackOf, type World } from '#libs/domain/stack';
import type { Chance } from '../world/chance.ts';
import type { Operator } from './operator.ts';
import { GROUP, TAGS } from './tags.ts';
import { wishOf } from './wishes.ts';

interface WorkStage {
  readonly chance: Chance;
  readonly operator: Operator;
  readonly stacks: readonly StackName[];
  /** All with which this world was drawn. */
  readonly hosts: readonly HostId[];
  /** As whoever asks may read it. */
  readonly world: () => Promise<World>;
}

interface Operation {
  /** In how many worlds it is known at all. */
  readonly share: number;
  readonly act: (stage: WorkStage) => void | Promise<void>;
}

const FIRST_PORT = 8080;
/** How many of those who scale a service want many for some time, and few again. */
const FOR_A_WHILE = 0.4;

const deploy = ({ chance, operator, stacks }: WorkStage, port?: number): void => {
  const index = chance.between(0, stacks.length - 1);
  const stack = stacks[index];
  if (stack) operator.deploy(wishOf(chance, stack, port ?? FIRST_PORT + index));
};

const deployAtFirstDoor = (stage: WorkStage): void => {
  const { chance, operator, stacks } = stage;
  if (chance.happens(0.5)) deploy(stage, FIRST_PORT);
  else for (const stack of stacks) operator.deploy(wishOf(chance, stack, FIRST_PORT));
};

/** Of a host that joined once: nobody can name another one. */
const change = async ({ chance, operator, hosts, world }: WorkStage, wanted: (chance: Chance) => HostChange): Promise<void> => {
  const host = chance.pick(hosts);
  if ((await world()).versions.get(streams.host(host)) !== undefined) operator.change(host, wanted(chance));
};

const scale = async ({ chance, operator, stacks, world }: WorkStage): Promise<void> => {
  const stack = chance.pick(stacks);
  const { promoted, versions } = stackOf(await world(), stack);
  const service = chance.pick(['web', 'api']) as ServiceName;
  const replicas = chance.happens(0.1) ? 0 : chance.between(1, 5);
  const delta = chance.pick([-2, -1, 1, 2]);
  const change = chance.happens(0.6) ? ({ kind: 'to', replicas } as const) : ({ kind: 'by', delta } as const);
  const strategy = versions[promoted ?? 0]?.manifest.services[service]?.strategy ?? 'EVERY_NODE';
  const ask = (wanted: ScaleChange): void => operator.wish(stack, { type: 'ScaleRequested', data: { stack, service, change: wanted } });
  if (strategy === 'EVERY_NODE') return;
  if (!chance.happens(FOR_A_WHILE)) return ask(change);
  ask({ kind: 'to', replicas: chance.between(4, 6) });
  operator.after(chance.between(4000, 14_000), () => ask({ kind: 'to', replicas: chance.between(1, 3) }));
};

const move = async ({ chance, operator, stacks, hosts, world }: WorkStage): Promise<void> => {
  const stack = chance.pick(stacks);
  const staying = containersOf(stackOf(await world(), stack)).filter(isStaying);
  if (staying.length === 0) return;
  const { container } = chance.pick(staying);
  operator.wish(stack, { type: 'MovesRequested', data: { stack, moves: [{ container, host: chance.pick(hosts) }] } });
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
  /** All stacks ask for one door, now and then at one moment. */
  'deploy at the first door': { share: 0.2, act: (stage) => deployAtFirstDoor(stage) },
  'scale a service': { share: 0.4, act: scale },
  'move a container': { share: 0.25, act: move },
  'cordon a host': { share: 0.15, act: (stage) => change(stage, () => ({ kind: 'cordon' })) },
  'uncordon a host': { share: 0.3, act: (stage) => change(stage, () => ({ kind: 'uncordon' })) },
  'drain a host': { share: 0.3, act: (stage) => change(stage, () => ({ kind: 'drain' })) },
  'remove a host': { share: 0.15, act: (stage) => change(stage, (chance) => ({ kind: 'remove', force: chance.happens(0.3) })) },
  'tag a host': {
    share: 0.1,
    act: (stage) =>
      change(stage, (chance) => {
        const tags = TAGS.filter(() => chance.happens(0.6));
        return chance.happens(0.5) ? { kind: 'tag', add: tags, remove: [] } : { kind: 'tag', add: [], remove: tags };
      }),
  },
  'tag a group': {
    share: 0.1,
    act: ({ chance, operator }) =>
      operator.tagGroup(
        GROUP,
        TAGS.filter(() => chance.happens(0.5)),
      ),
  },
} as const satisfies Readonly<Record<string, Operation>>;

export type OperationKind = keyof typeof OPERATIONS;
