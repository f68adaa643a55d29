export { isEnding } from './claims.ts';
export { placementDue } from './placement-due.ts';
