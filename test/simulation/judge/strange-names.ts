import type { StackName } from '#libs/contracts';
import { answer, Type } from '#libs/domain/naming';
import type { World } from '#libs/domain/stack';
import { LABELS } from '../../../apps/host-agent/docker/container-options.ts';
import type { HostMachine } from '../host/host-machine.ts';
import type { Chance } from '../world/chance.ts';
import type { Loop } from '../world/loop.ts';
import type { Trace } from '../world/trace.ts';
import type { Accuse } from './accuse.ts';
import { isWaitedFor } from './waited.ts';

interface Around {
  readonly loop: Loop;
  readonly hosts: readonly HostMachine[];
  readonly stacks: readonly StackName[];
  readonly chance: Chance;
  readonly trace: Trace;
  readonly accuse: Accuse;
  readonly wasPromoted: (stack: string, version: number) => boolean;
  readonly world: () => World;
}

/** I7: containers ask for names that nobody has, and for services of other stacks: what nobody has is unknown, what others have is live. */
export const askForStrangeNames = (around: Around): void => {
  const { loop, chance } = around;
  loop.after(chance.between(200, 2000), () => {
    ask(around);
    askForStrangeNames(around);
  });
};

const ask = ({ hosts, stacks, chance, world, loop, trace, accuse, wasPromoted }: Around): void => {
  const callers = hosts.flatMap((machine) =>
    [...machine.answering.tables.callers.values()].map((caller) => ({ caller, tables: machine.answering.tables, machine })),
  );
  if (callers.length === 0) return;
  const { caller, tables, machine } = chance.pick(callers);
  if (!isWaitedFor(world(), machine, loop.now)) return;
  const other = chance.pick(stacks);
  const isTypo = other === caller.stack;
  const name = isTypo ? `aip.${other}` : `api.${other}`;
  const said = answer(tables, caller, { name: `${name}.berth.internal`, type: Type.A });
  trace.sometimes(`name: ${said.kind}`);
  if (said.kind !== 'addresses') return;
  for (const address of said.pool.addresses) {
    const callee = hosts.flatMap(({ engine }) => engine.at(address) ?? []).at(0);
    if (isTypo) accuse('I7', `${caller.container} asks for ${name}, which nobody has, and is led to ${address}`);
    else if (callee && !isOf(callee.labels, other, wasPromoted))
      accuse('I7', `${caller.container} asks for ${name} and is led to ${callee.name}, which was never live there`);
  }
};

const isOf = (labels: Readonly<Record<string, string>>, stack: StackName, wasPromoted: Around['wasPromoted']): boolean =>
  labels[LABELS.stack] === stack && wasPromoted(stack, Number(labels[LABELS.version]));
