import type { Endpoint, Server } from './events/doors.ts';
import type { Generation } from './generation.ts';
import type { ContainerView } from './http.ts';
import type { Instant, StackName } from './ids.ts';

/** A place in the log that a question is about. */
export interface Moment {
  readonly position: number;
  /** When the event of this position happened; null before the first one. */
  readonly at: Instant | null;
}

/** What one name of a stack answers to one kind of caller. */
export interface NameView {
  readonly stack: StackName;
  /** The caller's version; null for callers of other stacks. */
  readonly caller: number | null;
  /** Relative to the stack: the name of a service or datasource. */
  readonly name: string;
  readonly addresses: readonly string[];
  /** Of a datasource that is a name elsewhere. */
  readonly alias: string | null;
}

/** A door and where it leads. */
export interface RouteView extends Server {
  readonly stack: StackName;
  readonly version: number;
  readonly generation: Generation;
  readonly endpoints: readonly Endpoint[];
}

/** `GET /v1/at/{position|time}/ps`, `/names` and `/routes`. */
export interface PsAt {
  readonly moment: Moment;
  readonly containers: readonly ContainerView[];
}
export interface NamesAt {
  readonly moment: Moment;
  readonly names: readonly NameView[];
}
export interface RoutesAt {
  readonly moment: Moment;
  readonly routes: readonly RouteView[];
}

/** One thing that is another on both sides; null where it is not there. */
export interface Difference {
  readonly about: 'containers' | 'names' | 'routes' | 'settings';
  readonly stack: StackName;
  readonly what: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** `GET /v1/diff?from&to`. */
export interface Diff {
  readonly from: Moment;
  readonly to: Moment;
  readonly differences: readonly Difference[];
}
