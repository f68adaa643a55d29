export { checkEvents, checkInvariants } from './checker.ts';
