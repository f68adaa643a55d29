export { checkInvariants, LogChecker } from './checker.ts';
