export type { Build } from '../normalise.ts';
export { type Fault, faultText, type ReadManifest, readManifest } from './read-manifest.ts';
