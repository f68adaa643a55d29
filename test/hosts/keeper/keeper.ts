import { createServer, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { Fleet } from '../fleet/fleet.ts';
import { socketOf } from './ask.ts';
import { obey, told } from './orders.ts';
import { FLEET, NET, type Order } from './words.ts';

// Runs the fleet of `npm run hosts` and takes its orders, until it is told to take everything away.
const hosts = Number(process.argv[2]);
const begin = performance.now();
const say = (text: string): void => console.log(`${((performance.now() - begin) / 1000).toFixed(1).padStart(6)} s  ${text}`);

const fleet = await Fleet.up({ name: FLEET, net: NET, hosts, say });
say('up');

const server = createServer((socket) => {
  createInterface({ input: socket.on('error', () => socket.destroy()) }).on(
    'line',
    (line) => void serve(socket, JSON.parse(line) as Order),
  );
});

const end = async (): Promise<string> => {
  server.close();
  await fleet.down();
  return 'down';
};

const serve = async (socket: Socket, order: Order): Promise<void> => {
  const isEnd = order.command === 'down';
  socket.end(JSON.stringify(await told(isEnd ? end() : obey(fleet, order))));
  if (isEnd) socket.once('close', () => process.exit());
};

for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void end().finally(() => process.exit()));
server.listen(socketOf(FLEET));
