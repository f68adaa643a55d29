import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Machine } from '../ports.ts';

const run = promisify(execFile);
const LONGEST_MS = 60_000;

/** This machine, restarted by a command of its settings. */
export class LinuxMachine extends Machine {
  readonly #command: string | undefined;

  constructor(command: string | undefined) {
    super();
    this.#command = command;
  }

  async restart(): Promise<void> {
    if (this.#command === undefined) throw new Error('restart the machine: no command is set; BERTH_REBOOT_COMMAND names one');
    try {
      await run('/bin/sh', ['-c', this.#command], { timeout: LONGEST_MS });
    } catch (cause) {
      throw new Error(`restart the machine by: ${this.#command}`, { cause });
    }
  }
}
