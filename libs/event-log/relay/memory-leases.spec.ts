import { ManualClock } from '#libs/clock';
import { leasesContract } from './leases.contract.ts';
import { MemoryLeases } from './memory-leases.ts';

const clock = new ManualClock();
const leases = new MemoryLeases(clock);
leasesContract(() => ({ leases, pass: async (ms) => clock.advance(ms) }));
