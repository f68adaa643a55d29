import { expect, it } from 'vitest';
import { formatText, replicaLines } from './platform.ts';

const replicas = [{ service: 'deployer', replica: 'one', release: '0.1.0', reads: 1 }];

it('says which process reads what', () => {
  expect(replicaLines({ format: 1, newest: 2, replicas })).toEqual([
    'SERVICE   REPLICA  RELEASE  READS UP TO',
    'deployer  one      0.1.0    1',
  ]);
});

it('says what can be done', () => {
  expect(formatText({ format: 1, newest: 2, replicas })).toContain('this release knows 2: berth platform raise-format');
  expect(formatText({ format: 2, newest: 2, replicas })).toContain('knows no newer one');
});
