/** Exit codes: what a pipeline may rely on. */
export const EXIT = {
  ok: 0,
  unexpected: 1,
  /** Wrong usage or a manifest that can't be used. */
  usage: 2,
  /** The deployment failed; what served before serves on. */
  failed: 3,
  /** Waiting ended; the deployment goes on. */
  timedOut: 5,
  conflict: 6,
  auth: 7,
  unreachable: 8,
  /** No host can take a container. */
  unplaceable: 9,
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** Ends the command with words for a person and a code for a machine. */
export class Exit extends Error {
  override readonly name = 'Exit';
  readonly code: ExitCode;

  constructor(code: ExitCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
