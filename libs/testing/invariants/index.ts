export { checkInvariants } from './checker.ts';
export type { Violation } from './rule.ts';
