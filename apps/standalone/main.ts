import 'reflect-metadata';
import { Logger } from '@nestjs/common';
import { readStandaloneSettings } from './settings.ts';
import { startStandalone } from './standalone.ts';

const log = new Logger('berth');
const words = (cause: unknown): string => (cause instanceof Error ? (cause.stack ?? cause.message) : String(cause));

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 15)) {
  log.error(`start Berth: Node ${process.versions.node} is too old; use 22.15 or newer`);
  process.exit(1);
}

try {
  const settings = readStandaloneSettings(process.env);
  const berth = await startStandalone(settings, (problem, cause) => log.error(`${problem}: ${words(cause)}`));
  log.log(`Berth listens on ${berth.url}; its home is ${settings.home}`);
  const stop = async (signal: string): Promise<void> => {
    log.log(`stop on ${signal}; containers, doors and names go on`);
    await berth.close();
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const)
    process.once(signal, () => {
      stop(signal).catch((cause: unknown) => {
        log.error(`stop Berth: ${words(cause)}`);
        process.exit(1);
      });
    });
} catch (cause) {
  log.error(words(cause));
  process.exit(1);
}
