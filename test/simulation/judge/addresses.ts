import type { HostId } from '#libs/contracts';
import type { World } from '#libs/domain/stack';
import type { SimulatedContainer } from '../host/engine-machine.ts';
import type { HostMachine } from '../host/host-machine.ts';
import type { Accuse } from './accuse.ts';

/** I13: nobody gets an address while a host that is not lost leads to somebody else there. Asked of proxies and resolvers, not of the log. */
export const judgeAddresses = (hosts: readonly HostMachine[], world: () => World, accuse: Accuse): void => {
  for (const { engine } of hosts)
    engine.onMade = (made) => {
      for (const machine of hosts.filter(({ host, isGone }) => !isGone && isWaitedFor(world(), host)))
        for (const container of holdersOf(machine, made))
          accuse('I13', `${made.name} gets ${made.address} while ${machine.host} leads to ${container} there`);
    };
};

const isWaitedFor = ({ hosts }: World, host: HostId): boolean => (hosts.get(host)?.life ?? 'lost') !== 'lost';

const holdersOf = ({ live, names }: HostMachine, { name, address }: SimulatedContainer): readonly string[] => {
  const named = [...names.values()].flatMap(({ versions }) =>
    Object.values(versions).flatMap((services) => Object.values(services).flat()),
  );
  const doored = [...live.values()].flatMap(({ endpoints }) => Object.values(endpoints).flat());
  const others = [...named, ...doored].filter((each) => each.address === address && each.container !== name);
  return [...new Set(others.map(({ container }) => container))];
};
