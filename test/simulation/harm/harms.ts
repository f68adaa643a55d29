import type { Harm } from './harm.ts';
import { CONTROL_HARMS } from './of-control.ts';
import { HOST_HARMS } from './of-hosts.ts';

/** By name: everything that may go wrong. */
export const HARMS = { ...CONTROL_HARMS, ...HOST_HARMS } as const satisfies Readonly<Record<string, Harm>>;
export type HarmKind = keyof typeof HARMS;
