import { EXIT, Exit } from './exit.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export interface Settings {
  readonly url: string;
  /** Empty when there is none: the API will say so. */
  readonly token: string;
  /** A Docker socket's path; null for Docker's own choice. */
  readonly engine: string | null;
}

/** `readFile`: undefined when there is no such file. */
export const readSettings = (env: Environment, readFile: (path: string) => string | undefined): Settings => {
  const url = env.BERTH_URL || 'http://127.0.0.1:7070';
  if (!/^https?:\/\//.test(url) || !URL.canParse(url)) throw new Exit(EXIT.usage, `read settings: BERTH_URL is no http address: ${url}`);
  return { url: url.replace(/\/+$/, ''), token: tokenOf(env, readFile), engine: env.BERTH_ENGINE || null };
};

const tokenOf = (env: Environment, readFile: (path: string) => string | undefined): string => {
  if (env.BERTH_TOKEN) return env.BERTH_TOKEN.trim();
  const path = env.BERTH_TOKEN_FILE || `${env.BERTH_HOME || '/var/lib/berth'}/token`;
  const text = readFile(path);
  if (text === undefined && env.BERTH_TOKEN_FILE) throw new Exit(EXIT.auth, `read settings: no file is at BERTH_TOKEN_FILE ${path}`);
  return text?.trim() ?? '';
};
