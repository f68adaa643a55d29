export { isMeantFor, nextHost, type Subject } from './next-host.ts';
export { placementDue } from './placement-due.ts';
export { spreadKey, tagValue } from './spread.ts';
export { leftOut } from './words.ts';
