import { z } from 'zod';
import { containerId, deploymentId, hostId, serviceName, stackName } from '../ids.ts';
import { doorPath } from '../manifest/door-path.ts';

/** One listener, set of names and path of a proxy. `key` is stable over versions: `<stack>:<port>:<first name or _><path, unless it is />`. */
const server = z.strictObject({
  key: z.string(),
  port: z.int().min(1).max(65535),
  protocol: z.enum(['http', 'https']),
  names: z.array(z.string()),
  service: serviceName,
  containerPort: z.int().min(1).max(65535),
  /** What the path of a request begins with, by whole segments; of several under one name the longest wins. */
  path: doorPath.default('/'),
});

const endpoint = z.strictObject({ container: containerId, host: hostId, address: z.ipv4(), port: z.int().min(1).max(65535) });

export const doors = {
  DoorsDrawn: z
    .strictObject({
      stack: stackName,
      /** A draft serves when a `VersionPromoted` names it; what is live serves at once. */
      mode: z.enum(['draft', 'live']),
      /** Of a draft. */
      deployment: deploymentId.nullable(),
      version: z.int().positive(),
      servers: z.array(server),
      /** By the server's key. */
      endpoints: z.record(z.string(), z.array(endpoint)),
    })
    .describe('A draft to prepare, or a change of what serves already.'),
  /** The doors that a version asks for can't be drawn: another stack has one of them. */
  DoorsRefused: z
    .strictObject({ stack: stackName, deployment: deploymentId, reason: z.string(), fix: z.string() })
    .describe('The doors that a version asks for can not be drawn: another stack has one of them.'),
} as const;

export type Server = Readonly<z.infer<typeof server>>;
export type Endpoint = Readonly<z.infer<typeof endpoint>>;
