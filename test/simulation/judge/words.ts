import type { BerthEvent } from '#libs/contracts';
import { summaryOf } from '../../../apps/cli/events/summary.ts';

/** An event as people read it: `41 stack/shop VersionPromoted version 2`. */
export const wordsOf = (event: BerthEvent): string =>
  `${event.position} ${event.stream} ${event.type} ${summaryOf(event as unknown as Parameters<typeof summaryOf>[0])}`.trimEnd();
