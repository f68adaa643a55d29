import { describe, expect, it } from 'vitest';
import { Machine } from '../ports.ts';
import { Reboots } from './reboots.ts';

class CountingMachine extends Machine {
  restarts = 0;
  isBroken = false;

  async restart(): Promise<void> {
    if (this.isBroken) throw new Error('no such command');
    this.restarts++;
  }
}

const begin = (bootId: string | null = 'boot-1') => {
  const machine = new CountingMachine();
  const problems: string[] = [];
  const reboots = new Reboots({ machine, bootId, report: (problem) => void problems.push(problem) });
  return { machine, problems, reboots };
};

describe('Reboots', () => {
  it('restarts the machine once, however often it is told', async () => {
    const { machine, reboots } = begin();
    for (let told = 0; told < 3; told++) await reboots.take({ bootId: 'boot-1' });
    expect(machine.restarts).toBe(1);
  });

  it('restarts no other boot than the one that was meant', async () => {
    const { machine, reboots } = begin('boot-2');
    await reboots.take({ bootId: 'boot-1' });
    await reboots.take(undefined);
    await begin(null).reboots.take({ bootId: 'boot-1' });
    expect(machine.restarts).toBe(0);
  });

  it('tries again what failed, and reports it once', async () => {
    const { machine, problems, reboots } = begin();
    machine.isBroken = true;
    await reboots.take({ bootId: 'boot-1' });
    await reboots.take({ bootId: 'boot-1' });
    machine.isBroken = false;
    await reboots.take({ bootId: 'boot-1' });
    expect([machine.restarts, problems]).toEqual([1, ['restart the machine']]);
  });
});
