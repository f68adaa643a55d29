import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type EventData, manifest, parseEventData } from '../index.ts';

/** Events as the first release wrote them: this file never changes. */
const golden: Record<string, unknown> = JSON.parse(readFileSync(new URL('first-release.golden.json', import.meta.url), 'utf8'));

describe('what the first release wrote', () => {
  it.each(Object.keys(golden))('can be read: %s', (type) => {
    expect(parseEventData(type, 1, golden[type])).toMatchObject(golden[type] as object);
  });

  it('means what it meant', () => {
    const { manifest } = parseEventData('VersionCreated', 1, golden.VersionCreated) as EventData<'VersionCreated'>;
    const [web] = Object.values(manifest.services);
    expect(web?.ports[0]).toMatchObject({ doors: [{ path: '/' }], unopened: [], mapped: [] });
    expect(web).toMatchObject({
      ...{ dnsBehaviour: 'versioned', loadBalancing: 'roundrobin', health: null, spread: null, restartOnDeploy: true },
      update: { strategy: 'blue_green', promotion: 'immediate' },
    });
    const drawn = parseEventData('DoorsDrawn', 1, golden.DoorsDrawn) as EventData<'DoorsDrawn'>;
    expect(drawn.servers.map(({ path }) => path)).toEqual(['/']);
  });

  it('stays the same when it is written and read again', () => {
    const once = parseEventData('VersionCreated', 1, golden.VersionCreated) as EventData<'VersionCreated'>;
    expect(manifest.parse(JSON.parse(JSON.stringify(once.manifest)))).toEqual(once.manifest);
  });
});
