export { type Asked, FleetWalk } from './fleet-walk.ts';
export { judged } from './judge.ts';
export { fittingHosts, type PlainFleet, type PlainHost, type PlainWish } from './plain-fleet.ts';
export { seededRandom } from './random.ts';
