import type { DeploymentId, EventId } from '#libs/contracts';

/** The only source of chance. */
export abstract class Ids {
  /** A UUID of version 7 (RFC 9562). */
  abstract event(): EventId;
  abstract deployment(): DeploymentId;
  /** Names one start of a process. */
  abstract run(): string;
  /** `count` bytes of a cryptographic source. */
  abstract bytes(count: number): Uint8Array;
}
