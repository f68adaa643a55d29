import { type Harm, nothing, setting } from './harm.ts';

/** What befalls services, their database, the broker and the post. */
export const CONTROL_HARMS = {
  'kill a service': ({ control, chance }) => control.kill(control.pick(chance)),
  'freeze a service': ({ control, chance }) => control.freeze(control.pick(chance)),
  'stop the control plane': ({ control }) => control.killAll(),
  'take the log away': ({ control }) => setting(control.server, { isAway: true }, { isAway: false }),
  'slow the log down': ({ control }) => setting(control.server, { slowness: 400 }, { slowness: 4 }),
  'lose answers of the log': ({ control }) => setting(control.server, { lostReplies: 0.2 }, { lostReplies: 0 }),
  'lose the tail of the log': ({ control, chance }) => {
    control.loseTail(chance.between(1, 12));
    return nothing;
  },
  /** They decide by the time of the log, whatever their own clocks show. */
  'set the clocks of the services': ({ control: { time }, chance }) => {
    time.jumped += chance.between(-60_000, 60_000);
    return nothing;
  },
  'lose mail': ({ control }) =>
    setting(control.office, { loss: 0.3, duplication: 0.2, slowness: 400 }, { loss: 0, duplication: 0, slowness: 10 }),
  'reorder mail': ({ control }) => setting(control.office, { slowness: 3000 }, { slowness: 10 }),
  'lose news': ({ control }) =>
    setting(control.broker, { loss: 0.3, duplication: 0.2, slowness: 400 }, { loss: 0, duplication: 0, slowness: 10 }),
} as const satisfies Readonly<Record<string, Harm>>;
