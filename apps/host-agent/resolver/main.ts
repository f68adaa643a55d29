import { SystemClock, SystemIds } from '#libs/clock';
import { startResolver } from './resolver.ts';
import { readResolverSettings } from './settings.ts';

// Files and the socket are for their owner alone.
process.umask(0o077);

const report = (problem: string, cause: unknown): void => {
  process.stderr.write(`resolver: ${problem}: ${cause instanceof Error ? cause.message : String(cause)}\n`);
};

const resolver = await startResolver({
  settings: readResolverSettings(process.argv.slice(2), process.env),
  clock: new SystemClock(),
  ids: new SystemIds(),
  report,
  pid: process.pid,
});

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  process.once(signal, () => {
    resolver.close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  });
}
