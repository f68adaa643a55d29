import { type Instant, type StreamName, streams } from '#libs/contracts';
import { endOfListening, type World } from '#libs/domain/stack';

/** Whose silence stops the clock of a deployment. */
export const LISTENER = 'deployer';

/** The instant at which so much time of work has passed: time in which nobody listened is not counted. */
export const endOfWork = (world: World, from: Instant, ms: number): Instant => endOfListening(world.outages[LISTENER] ?? [], from, ms);

/** What ends by time stands on it: a silence that is told meanwhile gives it more. */
export const LISTENED: StreamName = streams.listening(LISTENER);
