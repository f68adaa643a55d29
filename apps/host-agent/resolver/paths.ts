import { join } from 'node:path';

/** A stack may be called `callers`; none begins with an underscore. */
const CALLERS = '_callers.json';

/** Where the agent and the resolver meet. */
export const pathsOf = (home: string) => ({
  names: join(home, 'names'),
  callers: join(home, 'names', CALLERS),
  part: (stack: string) => join(home, 'names', `${stack}.json`),
  run: join(home, 'run'),
  socket: join(home, 'run', 'resolver.sock'),
  log: join(home, 'run', 'resolver.log'),
});

export const isPart = (file: string): boolean => file.endsWith('.json') && file !== CALLERS;
