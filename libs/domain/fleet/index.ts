export { alarmsOf } from './alarms.ts';
export { hostsDue } from './hosts-due.ts';
export { PATIENCE, type Patience } from './patience.ts';
export type { Heard } from './silences.ts';
