import { fleetShop } from '../fleet/example.ts';
import type { Fleet } from '../fleet/fleet.ts';
import { type Cut, cuts, type Host, type Part, parts } from '../fleet/host.ts';
import type { Answer, Order } from './words.ts';

const DOOR = 8080;

/** The outcome of an order, in words. */
export const told = async (work: Promise<string>): Promise<Answer> => {
  try {
    return { ok: true, text: await work };
  } catch (cause) {
    return { ok: false, text: cause instanceof Error ? cause.message : String(cause) };
  }
};

/** Does what `npm run hosts` was told to do with a fleet. */
export const obey = async (fleet: Fleet, { command, args: [id = '', detail] }: Order): Promise<string> => {
  if (command === 'status') return statusOf(fleet);
  if (command === 'heal' && id === 'all') {
    await Promise.all(fleet.hosts.map((host) => host.heal()));
    return 'all hosts are healed';
  }
  const host = fleet.host(id);
  if (command === 'cut') return cut(host, oneOf(cuts, detail ?? 'both'));
  if (command === 'slow') return slow(host, Number(detail ?? 300));
  if (command === 'kill') return kill(host, detail === undefined ? undefined : oneOf(parts, detail));
  if (command === 'freeze') return freeze(host, oneOf(['agent', 'engine'], detail ?? 'agent'));
  await (command === 'reboot' ? host.reboot() : host.heal());
  return command === 'reboot' ? `${id} has booted; its disk is as it was` : `${id} is healed`;
};

const oneOf = <T extends string>(words: readonly T[], word: string): T => {
  const found = words.find((candidate) => candidate === word);
  if (!found) throw new Error(`understand ${JSON.stringify(word)}: use ${words.join(', ')}`);
  return found;
};

const cut = async (host: Host, direction: Cut): Promise<string> => {
  await host.cut(direction);
  return { both: `${host.id} is cut off`, in: `nothing reaches ${host.id}`, out: `nothing leaves ${host.id}` }[direction];
};

const slow = async (host: Host, milliseconds: number): Promise<string> => {
  if (!Number.isInteger(milliseconds) || milliseconds < 1) throw new Error('slow: name whole milliseconds, such as 300');
  if ((await host.slow(milliseconds)) === 'packets') return `all that comes to ${host.id} is ${milliseconds} ms late`;
  return `${host.id} and the control plane hear each other ${milliseconds} ms late; doors and containers as before: this kernel has no netem`;
};

const kill = async (host: Host, part: Part | undefined): Promise<string> => {
  await host.kill(part);
  if (part === undefined) return `${host.id} is off`;
  return `${part} of ${host.id} is killed${part === 'nginx' || part === 'resolver' ? '; its agent starts it again' : ''}`;
};

const freeze = (host: Host, part: 'agent' | 'engine'): string => {
  host.freeze(part, true);
  return `${part} of ${host.id} is frozen`;
};

const statusOf = ({ hosts, berth }: Fleet): string => {
  const [first] = hosts;
  const rows = hosts.map((host) => [
    host.id,
    `http://${host.address}:${DOOR}/`,
    `unix://${host.socket}`,
    host.troubles.join(', ') || 'well',
  ]);
  const table = [['HOST', 'DOOR', 'ENGINE', 'STATE'], ...rows].map(
    ([id = '', door = '', engine = '', state = '']) => `${id.padEnd(6)}${door.padEnd(26)}${engine.padEnd(34)}${state}`,
  );
  return `
${table.join('\n')}

Point berth at it:
  export BERTH_URL=${berth.url} BERTH_TOKEN_FILE=${berth.home}/token BERTH_ENGINE=${first?.socket}
Try:
  ./berth deploy -f ${fleetShop}
  curl ${rows[0]?.[1]}
  SHOP_VERSION=2 ./berth deploy -f ${fleetShop}
  ./berth ps
  npm run hosts -- cut h1
  ./berth events --follow
  npm run hosts -- heal h1
`;
};
