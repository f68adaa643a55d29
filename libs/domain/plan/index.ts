export { rebalance } from './rebalance.ts';
export { type WhatIf, type WhatThen, whatThen } from './what-if.ts';
