import { z } from 'zod';
import { scaleChange } from './events/requests.ts';
import { type StackName, serviceName } from './ids.ts';

/** `POST /v1/stacks/<stack>/scale`: services by name, to a number of containers or by a difference. All of them or none. */
export const scaleBody = z.strictObject({
  services: z.record(serviceName, scaleChange).refine((services) => Object.keys(services).length > 0, 'name a service'),
});
export type ScaleBody = z.infer<typeof scaleBody>;
export type ScaleChange = Readonly<z.infer<typeof scaleChange>>;

/** How many containers a service has, and shall have. */
export interface ScaledService {
  readonly service: string;
  /** As many as it shall have by now: by its manifest, or by what it was scaled to. */
  readonly from: number;
  readonly to: number;
  readonly inManifest: number;
}

/** Answer of `POST /v1/stacks/<stack>/scale`: follow the log from the position of the first wish. */
export interface ScaleAccepted {
  readonly stack: StackName;
  readonly position: number;
  /** Which serves now. */
  readonly version: number;
  readonly services: readonly ScaledService[];
}

/** `GET /v1/scaled`: a service of the version that serves which has another number of containers than its manifest says. */
export interface ScaledView {
  readonly stack: StackName;
  readonly service: string;
  readonly replicas: number;
  readonly inManifest: number;
}
