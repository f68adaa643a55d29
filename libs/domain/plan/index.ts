export { rebalance } from './rebalance.ts';
export { schedulingDue } from './scheduling-due.ts';
export { type WhatIf, type WhatThen, whatThen } from './what-if.ts';
