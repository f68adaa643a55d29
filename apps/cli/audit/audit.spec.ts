import { expect, it } from 'vitest';
import { auditLines } from './audit.ts';

const head = { incarnation: 1, position: 42, hash: 'ab' };

it('of an intact log it gives an anchor to keep, and says what it could not see', () => {
  const lines = auditLines({ status: 'intact', head, findings: [], anchors: 1, unseen: 'Behind position 40 nothing is known.' });
  expect(lines).toEqual([
    'The log is intact up to position 42.',
    'Compared with 1 anchor.',
    'Behind position 40 nothing is known.',
    'Keep this anchor outside the database: 1.42:ab',
  ]);
});

it('of a broken log it names the position and gives no anchor', () => {
  const lines = auditLines({ status: 'broken', head, findings: [{ position: 7, fault: 'it is missing' }], anchors: 0, unseen: 'Much.' });
  expect(lines).toEqual(['The log is not what was appended.', 'Position 7: it is missing.', 'Much.']);
});
