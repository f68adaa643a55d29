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

/** What is counted in `ReportsRefused` while two agents say that they are one host. */
export const SECOND_AGENT = 'an agent of an older run says that it is this host, beside the one that holds the session';

const subject = { stack: stackName, host: hostId, container: containerId };
const proxy = { stack: stackName, host: hostId, draft: eventId };

export const host = {
  /** Its own position is the session: reports of another session are refused. */
  HostConnected: z
    .strictObject({
      host: hostId,
      runId: z.string().min(1),
      engine: z.string(),
      format: z.int().positive().optional(),
      bootId: z.string().optional(),
    })
    .describe('A new run of its agent said hello. The position of this event is the session: reports of another one are refused.'),
  /** `run` names this start of the container: a restart is another run. */
  ContainerStarted: z
    .strictObject({ ...subject, run: z.string(), address: z.ipv4(), engineId: z.string(), image: z.string() })
    .describe('The container runs, under this address. Each start is a run of its own.'),
  ContainerHealthy: z
    .strictObject({ ...subject, run: z.string(), by: z.enum(['healthcheck', 'port', 'running']) })
    .describe('Its health check, its port or its mere running proved it healthy.'),
  ContainerFailed: z
    .strictObject({
      ...subject,
      /** Null when it never started. */
      run: z.string().nullable(),
      reason: z.enum(['exited', 'unhealthy', 'not-started']),
      /** Of the container when it exited, of the last probe when it is unhealthy. */
      exitCode: z.int().nullable(),
      oom: z.boolean(),
      message: z.string(),
      output: output.nullable(),
    })
    .describe('It exited, its check fails, or it could not be started.'),
  /** It is gone from the host. */
  ContainerStopped: z.strictObject(subject).describe('It is gone from the host.'),
  /**
   * Leaving containers that this host no longer uses: its proxy serves doors without them and holds no request for them. Where
   * a container runs on this very host, no connection from outside its own and later waves is established either.
   */
  ContainersDrained: z
    .strictObject({ stack: stackName, host: hostId, containers: z.array(containerId).min(1) })
    .describe(
      'This host no longer uses these leaving containers: its proxy serves without them and holds no request for them, and no connection that counts is established.',
    ),
  ProxyPrepared: z.strictObject(proxy).describe('The proxy has checked the draft and can serve it.'),
  ProxyRefused: z.strictObject({ ...proxy, words: z.string() }).describe('The proxy can not serve the draft, in its own words.'),
  /** `since` is the host's own instant at which it began to serve the generation. */
  DoorsServed: z
    .strictObject({ stack: stackName, host: hostId, generation, since: z.number() })
    .describe('The proxy serves this generation.'),
  NamesServed: z
    .strictObject({ stack: stackName, host: hostId, generation })
    .describe('The resolver of the host answers with this generation.'),
  /** What the recorder did not take of this host's agent since the event before it: at most one a minute, whatever is sent. */
  ReportsRefused: z
    .strictObject({
      host: hostId,
      counts: z.array(z.strictObject({ reason: z.string().min(1), count: z.int().positive() })).min(1),
      /** Instants of the first and the last of them. */
      since: z.number(),
      until: z.number(),
    })
    .describe('What the recorder did not take of this host since the event before it: at most one a minute, whatever is sent.'),
} as const;

/** As a host's newest `ReportsRefused` says it. */
export type RefusedReports = Readonly<Omit<z.infer<(typeof host)['ReportsRefused']>, 'host'>>;
export type Output = Readonly<z.infer<typeof output>>;
