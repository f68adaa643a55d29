import { SystemClock, SystemIds } from '#libs/clock';
import { openAmqpBus } from '../amqp/index.ts';

/** A program that takes turns and never ends one; it can be killed and frozen. Arguments: url of the broker, consumer. It prints what it was given. */
const [, , url = '', consumer = ''] = process.argv;
const say = (line: string): void => void process.stdout.write(`${line}\n`);
const bus = await openAmqpBus({
  url,
  service: consumer,
  replica: new SystemIds().run(),
  clock: new SystemClock(),
  report: () => undefined,
});
await bus.turns.take(consumer, async ({ events }) => {
  say(`took ${events.map(({ position }) => position).join(',')}`);
  await new Promise(() => undefined);
});
say('ready');
