import { z } from 'zod';
import { generation } from '../generation.ts';
import { containerId, eventId, hostId, stackName } from '../ids.ts';

/** Where the last lines of a container are: an attachment beside the log. */
export const output = z.strictObject({
  sha256: z.string().length(64),
  lines: z.int().nonnegative(),
  bytes: z.int().nonnegative(),
  /** An instant; after it the attachment may be gone. */
  expires: z.number(),
});

const subject = { stack: stackName, host: hostId, container: containerId };
const proxy = { stack: stackName, host: hostId, draft: eventId };

export const host = {
  /** Its own position is the session: reports of another session are refused. */
  HostConnected: z.strictObject({ host: hostId, runId: z.string().min(1), engine: z.string() }),
  /** `run` names this start of the container: a restart is another run. */
  ContainerStarted: z.strictObject({ ...subject, run: z.string(), address: z.ipv4(), engineId: z.string(), image: z.string() }),
  ContainerHealthy: z.strictObject({ ...subject, run: z.string(), by: z.enum(['healthcheck', 'port', 'running']) }),
  ContainerFailed: z.strictObject({
    ...subject,
    /** Null when it never started. */
    run: z.string().nullable(),
    reason: z.enum(['exited', 'unhealthy', 'not-started']),
    /** Of the container when it exited, of the last probe when it is unhealthy. */
    exitCode: z.int().nullable(),
    oom: z.boolean(),
    message: z.string(),
    output: output.nullable(),
  }),
  /** It is gone from the host. */
  ContainerStopped: z.strictObject(subject),
  /**
   * Leaving containers that this host no longer uses: its proxy serves doors without them and holds no request for them. Where
   * a container runs on this very host, no connection from outside its own and later waves is established either.
   */
  ContainersDrained: z.strictObject({ stack: stackName, host: hostId, containers: z.array(containerId).min(1) }),
  ProxyPrepared: z.strictObject(proxy),
  ProxyRefused: z.strictObject({ ...proxy, words: z.string() }),
  /** `since` is the host's own instant at which it began to serve the generation. */
  DoorsServed: z.strictObject({ stack: stackName, host: hostId, generation, since: z.number() }),
  NamesServed: z.strictObject({ stack: stackName, host: hostId, generation }),
} as const;

export type Output = Readonly<z.infer<typeof output>>;
