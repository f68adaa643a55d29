export { type Claim, claimOf, counts, isEnding, portsOf } from './claim.ts';
export { emptyRoom, isOpen, type Room, roomAfter, roomOf } from './room.ts';
export { covers, type Free, type Shelf, type Stand } from './shelf.ts';
