export { checkInvariants } from './checker.ts';
