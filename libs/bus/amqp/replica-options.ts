import type { Clock } from '#libs/clock';

export interface ReplicaOptions {
  readonly service: string;
  readonly replica: string;
  readonly clock: Clock;
  readonly report: (problem: string, cause: unknown) => void;
}
