#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { SystemClock, SystemIds } from '#libs/clock';
import { Api } from './api/api.ts';
import type { Context } from './context.ts';
import { Terminal } from './print/terminal.ts';
import { runProgram } from './program.ts';
import { readSettings } from './settings.ts';

const { argv, env, stdout, stderr } = process;

const readFile = (path: string): string | undefined => {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
};

const contextOf = (): Context => {
  const settings = readSettings(env, readFile);
  const leaving = new AbortController();
  process.once('SIGINT', () => leaving.abort()).once('SIGTERM', () => leaving.abort());
  return {
    api: new Api(settings),
    terminal: new Terminal({ out: stdout, err: stderr, noColour: env.NO_COLOR !== undefined && env.NO_COLOR !== '' }),
    clock: new SystemClock(),
    ids: new SystemIds(),
    settings,
    env,
    cwd: process.cwd(),
    signal: leaving.signal,
  };
};

// `berth events | head` closes the pipe early; that is no failure.
stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

process.exitCode = await runProgram(argv.slice(2), {
  contextOf,
  write: (text) => stdout.write(text),
  note: (text) => stderr.write(text),
});
