import { attachmentsContract } from '../attachments.contract.ts';
import { sealsContract } from '../seals.contract.ts';
import { MemoryAttachments } from './memory-attachments.ts';
import { MemorySeals } from './memory-seals.ts';

let attachments: MemoryAttachments | undefined;
attachmentsContract('MemoryAttachments', (clock) => {
  attachments ??= new MemoryAttachments(clock);
  return attachments;
});

sealsContract('MemorySeals', async (ids) => new MemorySeals(ids));
