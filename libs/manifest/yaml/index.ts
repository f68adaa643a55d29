export type { Build } from '../normalise.ts';
export { parseDuration } from '../values.ts';
export { type Fault, faultText, type ReadManifest, readManifest } from './read-manifest.ts';
