import { expect, it } from 'vitest';
import { Transient } from '#libs/contracts';
import { failureOf } from './failures.ts';

const coded = (code: string): Error => Object.assign(new Error('oh'), { code });

it.each(['08006', '53300', '57P01', '40001', '40P01', '25006', 'ECONNREFUSED', 'ENOENT'])('%s passes', (code) => {
  expect(failureOf('read', coded(code))).toBeInstanceOf(Transient);
});

it.each(['Connection terminated unexpectedly', 'Connection terminated', 'timeout exceeded when trying to connect'])(
  '%s passes',
  (message) => {
    expect(failureOf('read', new Error(message))).toBeInstanceOf(Transient);
  },
);

it.each(['23505', '42P01', '57014', '22021'])('%s is a fault of ours', (code) => {
  expect(failureOf('read', coded(code))).not.toBeInstanceOf(Transient);
});

it('says what was being done and keeps the cause', () => {
  const cause = coded('42P01');
  expect(failureOf('read the log', cause)).toMatchObject({ message: 'read the log: oh', cause });
});
