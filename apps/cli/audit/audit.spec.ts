import { expect, it } from 'vitest';
import type { HostId, RecordedLoss } from '#libs/contracts';
import { auditLines } from './audit.ts';

const hosts = { answered: [], silent: [] };
const head = { incarnation: 1, position: 42, hash: 'ab' };

it('of an intact log it gives an anchor to keep, and says what it could not see', () => {
  const lines = auditLines({
    status: 'intact',
    head,
    findings: [],
    losses: [],
    anchors: 1,
    hosts,
    unseen: 'Behind position 40 nothing is known.',
  });
  expect(lines).toEqual([
    'The log is intact up to position 42.',
    'Compared with 1 anchor.',
    'Behind position 40 nothing is known.',
    'Keep this anchor outside the database: 1.42:ab',
  ]);
});

it('of a broken log it names the position and gives no anchor', () => {
  const lines = auditLines({
    status: 'broken',
    head,
    findings: [{ position: 7, fault: 'it is missing' }],
    losses: [],
    anchors: 0,
    hosts,
    unseen: 'Much.',
  });
  expect(lines).toEqual(['The log is not what was appended.', 'Position 7: it is missing.', 'Much.']);
});

const loss: RecordedLoss = {
  ...{ incarnation: 2, position: 31, reason: 'tail-lost', anchors: 4 },
  until: { incarnation: 1, position: 30 },
};

it('it names the hosts whose agents remember, those that did not answer, and the losses on record', () => {
  const asked = { answered: ['east' as HostId, 'main' as HostId], silent: ['west' as HostId] };
  const lines = auditLines({ status: 'intact', head, findings: [], losses: [loss], anchors: 90, hosts: asked, unseen: 'Little.' });
  expect(lines.slice(1, 4)).toEqual([
    'Compared with 90 anchors, those of the agents of east, main among them.',
    'No answer from the agent of west.',
    'On record: incarnation 2 began at position 31 (tail-lost); what was told beyond position 30 is no longer part of the log, 4 of the anchors among it.',
  ]);
});
