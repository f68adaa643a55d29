import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Berth, type Finished } from './harness/berth.ts';
import { ownEngine } from './harness/engine.ts';

const SERVER = `
  require('node:http').createServer((_, answer) => answer.end(process.env.VERSION)).listen(3000);
  process.on('SIGTERM', () => process.exit());`;

/** A service that needs no build, and is healthy as soon as its port accepts connections. */
const manifestOf = (doorPort: number, version: string): object => ({
  name: 'small',
  services: {
    web: {
      image: 'berth-example-node',
      command: ['/bin/node', '-e', SERVER],
      environment: { VERSION: version },
      'x-berth': { ports: [`3000:${doorPort}`] },
    },
  },
});

interface Knocked {
  readonly answered: number;
  readonly failed: number;
}

/** Asks without a pause until it is told to stop. */
const knocking = (url: string): (() => Promise<Knocked>) => {
  let isOver = false;
  const knocked = { answered: 0, failed: 0 };
  const visitor = async (): Promise<void> => {
    while (!isOver) {
      const isFine = await fetch(url).then(
        async (answer) => answer.ok && (await answer.text()) !== '',
        () => false,
      );
      if (isFine) knocked.answered++;
      else knocked.failed++;
    }
  };
  const visitors = [visitor(), visitor()];
  return async () => {
    isOver = true;
    await Promise.all(visitors);
    return knocked;
  };
};

/** A service gets more containers, keeps them over a deployment, and gets fewer, under load all the time. */
describe('a service that is scaled under load', () => {
  let berth: Berth;
  const ran: Record<string, Finished> = {};
  let knocked: Knocked;
  let afterSecond: readonly string[];

  const files = (version: string): string => {
    const file = join(berth.home, `version-${version}.yaml`);
    writeFileSync(file, JSON.stringify(manifestOf(berth.doorPort, version)));
    return file;
  };
  const containers = async (): Promise<readonly string[]> => {
    const listed: { version: number; status: string }[] = JSON.parse((await berth.cli(['ps', '--json'])).stdout).containers;
    return listed.map(({ version, status }) => `${version} ${status}`);
  };

  beforeAll(async () => {
    berth = await Berth.create(ownEngine(), 23);
    await berth.start();
    ran.first = await berth.deploy(files('1'));
    const stop = knocking(berth.door);
    ran.up = await berth.cli(['scale', 'web=3', '--stack', 'small']);
    ran.plan = await berth.cli(['plan', '-f', files('2')]);
    const token = /--plan (\S+)/.exec(ran.plan.stderr)?.[1] ?? '';
    ran.second = await berth.deploy(files('2'), {}, ['--plan', token]);
    await berth.until((event) => event.type === 'VersionRetired', 60);
    afterSecond = await containers();
    ran.down = await berth.cli(['scale', 'web=-2', '--stack', 'small']);
    knocked = await stop();
  });
  afterAll(() => berth?.destroy());

  it('does each thing that it was asked for', () => {
    expect(Object.entries(ran).map(([name, { code, stderr }]) => [name, code, code === 0 ? '' : stderr])).toEqual(
      ['first', 'up', 'plan', 'second', 'down'].map((name) => [name, 0, '']),
    );
  });

  it('has what was asked for when the command ends', async () => {
    expect(ran.up?.stdout).toContain('small has web 3 (manifest says 1)');
    expect(ran.down?.stdout).toContain('small has web 1, ');
    expect(await containers()).toEqual(['2 healthy']);
  });

  it('keeps its number over a deployment, of which the plan told', () => {
    expect(ran.plan?.stdout).toContain('+ small-web-3-…-1: on main');
    expect(afterSecond).toEqual(['2 healthy', '2 healthy', '2 healthy']);
  });

  it('loses no request', () => {
    expect(knocked.failed).toBe(0);
    expect(knocked.answered).toBeGreaterThan(100);
  });

  it('keeps every invariant', async () => {
    expect(await berth.violations()).toEqual([]);
  });
});
