export { placementDue } from './placement-due.ts';
