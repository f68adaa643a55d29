/** A process that reads the log. */
export interface ReplicaView {
  readonly service: string;
  readonly replica: string;
  readonly release: string;
  /** The newest format of events that it reads. */
  readonly reads: number;
}

/** `GET /v1/platform/format`. */
export interface FormatView {
  /** In which events are written now. */
  readonly format: number;
  /** The newest that the gateway's release knows. */
  readonly newest: number;
  readonly replicas: readonly ReplicaView[];
}

/** `POST /v1/platform/format`. */
export interface FormatRaise {
  readonly format: number;
  /** Of its event; null when the format was that already. */
  readonly position: number | null;
}
