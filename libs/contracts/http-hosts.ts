import { z } from 'zod';
import type { RefusedReports } from './events/host.ts';
import { tag } from './events/hosts.ts';
import { change } from './events/wishes.ts';
import type { ContainerId, HostId, Instant, StackName } from './ids.ts';

/** A host of `GET /v1/hosts`. */
export interface HostView {
  readonly host: HostId;
  /** All that count for a placement. */
  readonly tags: readonly string[];
  readonly group: string | null;
  readonly milliCpus: number;
  readonly memoryBytes: number;
  readonly proxy: boolean;
  readonly containers: number;
  readonly life: 'live' | 'suspected' | 'lost';
  /** Since when nobody heard of it; null while it is heard. */
  readonly silentSince: Instant | null;
  /** Why it gets no new containers, and whether it was found empty since then; null where it gets them. */
  readonly cordon: { readonly why: 'cordon' | 'drain' | 'reboot'; readonly since: Instant; readonly isDrained: boolean } | null;
  /** Of its machine since that started last; null where its agent can't restart it. */
  readonly bootId: string | null;
  /** Its agent was told to restart the machine. */
  readonly isRebooting: boolean;
  readonly lastConnectedAt: Instant | null;
  /** Two agents say that they are this host: it gets no new containers until one of them is started anew. */
  readonly contested: boolean;
  /** What was last refused of its agent's reports; null when nothing ever was. */
  readonly refused: RefusedReports | null;
}

/** `GET /v1/hosts`. */
export interface HostsView {
  readonly hosts: readonly HostView[];
  /** Since when too many hosts are silent for anything to be replaced; null while they are heard. */
  readonly silentSince: Instant | null;
}

/** `POST /v1/hosts/<host>/changes`. */
export const hostChangeBody = change;

/** A container that runs on, though its host no longer has all tags of its service. */
export interface Unfit {
  readonly container: ContainerId;
  readonly stack: StackName;
  readonly service: string;
  readonly host: HostId;
  readonly lacks: readonly string[];
}

/** Answer of `POST /v1/hosts/<host>/changes`: follow the log from the position of the wish. */
export interface HostChangeAccepted {
  readonly host: HostId;
  readonly position: number;
  /** What would not be placed there again once its tags are changed so. */
  readonly unfit: readonly Unfit[];
}

/** A group of `GET /v1/groups`. */
export interface GroupView {
  readonly group: string;
  readonly tags: readonly string[];
  readonly hosts: readonly HostId[];
}

/** `PUT /v1/groups/<group>`: all tags that its hosts have besides their own. */
export const groupBody = z.strictObject({ tags: z.array(tag).max(100) });

/** Its answer. */
export interface GroupTagged extends GroupView {
  readonly position: number;
  readonly unfit: readonly Unfit[];
}
