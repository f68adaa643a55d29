export { NAME_TTL_MS } from './leaving.ts';
export { LISTENER } from './listening.ts';
export { rolloutDue } from './rollout-due.ts';
export { retirementWaves } from './waves.ts';
