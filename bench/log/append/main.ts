/** A process that writes as it is told, over one connection for each side. */
import { openBare } from './bare.ts';
import { openOurs } from './ours.ts';
import { openCastore, openEmmett } from './peers.ts';
import type { Done, Order, Target, Writer } from './writer.ts';

type Open = (target: Target, writer: number) => Promise<Writer & { readonly caller?: (n: number) => Writer }>;

const SIDES: Readonly<Record<string, Open>> = { ours: openOurs, bare: openBare, emmett: openEmmett, castore: openCastore };
/** Not counted: the first calls prepare statements. */
const WARM_UP = 3;

const opened = new Map<string, Promise<readonly Writer[]>>();

const writersOf = async ({ side, target, writer, callers }: Order): Promise<readonly Writer[]> => {
  const one = await SIDES[side]?.(target, writer);
  if (!one) throw new Error(`write: no side is called ${side}`);
  return callers === 1 || !one.caller ? [one] : Array.from({ length: callers }, (_, n) => one.caller?.(n) ?? one);
};

const write = async (order: Order): Promise<Done> => {
  const key = `${order.side} ${order.callers} ${order.batch}`;
  if (!opened.has(key)) opened.set(key, writersOf(order));
  const writers = (await opened.get(key)) ?? [];
  for (let n = 0; n < WARM_UP; n++) await Promise.all(writers.map((writer) => writer.append(order.batch)));
  const start = performance.now();
  let events = 0;
  await Promise.all(
    writers.map(async (writer) => {
      while (performance.now() - start < order.ms) {
        await writer.append(order.batch);
        events += order.batch;
      }
    }),
  );
  return { events, seconds: (performance.now() - start) / 1000 };
};

process.on('message', (order: Order) => {
  write(order).then(
    (done) => process.send?.(done),
    (cause) => {
      console.error(cause);
      process.exit(1);
    },
  );
});
// Whoever asked is gone.
process.on('disconnect', () => process.exit(0));
process.send?.('ready');
