import { expect, it } from 'vitest';
import { parseDotEnv } from './dot-env.ts';

it.each([
  ['A=1', { A: '1' }],
  ['export A = 1 # one', { A: '1' }],
  ['# A=1\n\nB=', { B: '' }],
  ["A='$B # x'", { A: '$B # x' }],
  ['A="x\\ny # z" # w', { A: 'x\ny # z' }],
  ['A=x#y', { A: 'x#y' }],
  [`A=1\r\nB="\${A}2"`, { A: '1', B: '12' }],
  ['A="\\$B"', { A: '$B' }],
  ['no assignment\nA', {}],
])('reads %j', (text, values) => {
  expect(parseDotEnv(text)).toEqual(values);
});

it('prefers what the environment says', () => {
  expect(parseDotEnv(`A=1\nB=\${A}`, (name) => (name === 'A' ? '2' : undefined)).B).toBe('2');
});
