export type { Build } from '../normalise.ts';
export { parseDuration } from '../values.ts';
export { faultText, type ReadManifest, readManifest } from './read-manifest.ts';
