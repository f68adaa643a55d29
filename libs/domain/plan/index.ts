export { type WhatIf, type WhatThen, whatThen } from './what-if.ts';
