import type { Clock, Ids } from '#libs/clock';
import type { Api } from './api/api.ts';
import type { Terminal } from './print/terminal.ts';
import type { Environment, Settings } from './settings.ts';

/** What a command may use of the world. */
export interface Context {
  readonly api: Api;
  readonly terminal: Terminal;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly settings: Settings;
  readonly env: Environment;
  readonly cwd: string;
  /** Aborted when the person wants to leave. */
  readonly signal: AbortSignal;
}
