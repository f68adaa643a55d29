import { ManualClock } from '#libs/clock';
import { attachmentsContract } from '../attachments.contract.ts';
import { sealsContract } from '../seals.contract.ts';
import { snapshotsContract } from '../snapshots.contract.ts';
import { MemoryAttachments } from './memory-attachments.ts';
import { MemorySeals } from './memory-seals.ts';
import { MemorySnapshots } from './memory-snapshots.ts';

let attachments: MemoryAttachments | undefined;
attachmentsContract('MemoryAttachments', (clock) => {
  attachments ??= new MemoryAttachments(clock);
  return attachments;
});

sealsContract('MemorySeals', async (ids) => new MemorySeals(ids));

const clock = new ManualClock();
const snapshots = new MemorySnapshots(clock);
snapshotsContract('MemorySnapshots', () => ({ snapshots, pass: async (ms) => clock.advance(ms) }));
