export { spreadKey, tagValue } from './field.ts';
export { isMeantFor, nextHost, type Subject } from './next-host.ts';
export { placementDue } from './placement-due.ts';
export { leftOut } from './words.ts';
