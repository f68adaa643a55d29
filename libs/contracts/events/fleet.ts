import { z } from 'zod';
import { containerId, deploymentId, hostId, serviceName, stackName } from '../ids.ts';

/** The decision which host gets a container, with its reason in words. */
const placement = z.strictObject({
  container: containerId,
  slot: z.int().positive(),
  host: hostId,
  reason: z.string(),
  /** The container of the same slot in whose place it comes. */
  replaces: containerId.optional(),
});
const excluded = z.strictObject({ host: hostId, reason: z.string() });

/** Hosts are named here as words: the event is about those that got something, not about each that was looked at. */
const weighed = z.strictObject({
  host: z.string(),
  /** The service failed there again and again of late: it goes there last. */
  isFailing: z.literal(true).optional(),
  /** The value of the tag that is spread over, and how many of the service in this version are there. */
  spread: z.strictObject({ value: z.string(), count: z.int().nonnegative() }).optional(),
  /** Staying containers: of the service in this version, in all versions, of the stack, and at all. */
  version: z.int().nonnegative(),
  service: z.int().nonnegative(),
  stack: z.int().nonnegative(),
  all: z.int().nonnegative(),
});

/** What was looked at before the first container of a service got its host. */
const considered = z.strictObject({
  /** Of the fleet, those among them that are lost not counted. */
  hosts: z.int().nonnegative(),
  fitting: z.int().nonnegative(),
  /** By filter: how many hosts it left out, and the first of them. A host that lacks two things is counted twice. */
  excluded: z.array(z.strictObject({ reason: z.string(), count: z.int().positive(), hosts: z.array(z.string()) })),
  /** The first by the rule, in its order. */
  best: z.array(weighed),
  /** The end of the log that it was decided on. */
  position: z.int().nonnegative(),
});

const subject = { stack: stackName, deployment: deploymentId, service: serviceName };

export const fleet = {
  ContainersPlaced: z
    .strictObject({ ...subject, version: z.int().positive(), placements: z.array(placement), considered: considered.optional() })
    .describe('The scheduler decided which hosts get the containers of a service, with its reasons.'),
  PlacementFailed: z
    .strictObject({
      ...subject,
      /** The first of them, by id. */
      excluded: z.array(excluded),
      fix: z.string(),
      considered: considered.optional(),
      /** Each alone would let the next container fit. */
      changes: z.array(z.string()).optional(),
    })
    .describe('No host will do, each for its reason.'),
  /** Only leaving containers are in the way; it is tried again when one of them is gone. */
  PlacementDelayed: z
    .strictObject({ ...subject, for: z.array(containerId).min(1) })
    .describe('Only leaving containers are in the way; it is tried again when one of them is gone.'),
  /** They run on; the deployer sees them off. */
  PlacementsWithdrawn: z
    .strictObject({
      stack: stackName,
      containers: z.array(containerId).min(1),
      why: z.enum(['scaled-down', 'drained', 'rebalanced', 'superseded', 'found-again']),
      reason: z.string(),
    })
    .describe('These containers are too many, or a replacement took their place: they leave doors and names, then stop.'),
  /** Nothing leads to them any more, and their slots get replacements. */
  ContainersLost: z
    .strictObject({ stack: stackName, host: hostId, containers: z.array(containerId).min(1) })
    .describe('Their host was lost: nothing leads to them any more, and their slots get replacements.'),
  /** The host came back, and they are as good as their replacements or there is none. */
  ContainersFound: z
    .strictObject({ stack: stackName, host: hostId, containers: z.array(containerId).min(1) })
    .describe('Their lost host came back with them, and no replacement is better: they hold their slots again.'),
  MovesRefused: z
    .strictObject({ stack: stackName, containers: z.array(containerId).min(1), reason: z.string() })
    .describe('These containers stay where they are: the host to which they shall move does not take them.'),
  /** The host reported the container gone: its room, ports and address are free. */
  PlacementReleased: z
    .strictObject({ stack: stackName, container: containerId, host: hostId })
    .describe('The host reported the container gone: its room, ports and address are free.'),
} as const;

export type Placement = Readonly<z.infer<typeof placement>>;
export type Considered = Readonly<z.infer<typeof considered>>;
export type Weighed = Readonly<z.infer<typeof weighed>>;
