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
  HostConnected: z.strictObject({ host: hostId, runId: z.string().min(1), engine: z.string(), format: z.int().positive().optional() }),
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
  /** What the recorder did not take of this host's agent since the event before it: at most one a minute, whatever is sent. */
  ReportsRefused: z.strictObject({
    host: hostId,
    counts: z.array(z.strictObject({ reason: z.string().min(1), count: z.int().positive() })).min(1),
    /** Instants of the first and the last of them. */
    since: z.number(),
    until: z.number(),
  }),
} as const;

/** As a host's newest `ReportsRefused` says it. */
export type RefusedReports = Readonly<Omit<z.infer<(typeof host)['ReportsRefused']>, 'host'>>;
export type Output = Readonly<z.infer<typeof output>>;
