import { z } from 'zod';

/** Signals that a container can be sent, without `SIG`. */
export const signal = z.enum([
  ...(['ABRT', 'ALRM', 'BUS', 'CHLD', 'CONT', 'FPE', 'HUP', 'ILL', 'INT', 'IO', 'IOT', 'KILL', 'PIPE', 'PROF', 'QUIT'] as const),
  ...(['SEGV', 'STOP', 'SYS', 'TERM', 'TRAP', 'TSTP', 'TTIN', 'TTOU', 'URG', 'USR1', 'USR2', 'VTALRM', 'WINCH', 'XCPU', 'XFSZ'] as const),
]);

/** One step of a stop: wait, or send a signal. */
export const stopStep = z.union([z.strictObject({ waitMs: z.int().nonnegative() }), z.strictObject({ signal })]);
