import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Editions } from './editions.ts';

/** A tank that was told in gallons at first. */
const known = new Editions({
  TankFilled: [
    { schema: z.strictObject({ gallons: z.number() }), format: 1 },
    {
      ...{ schema: z.strictObject({ litres: z.number() }), format: 2 },
      upcast: ({ gallons }) => ({ litres: Number(gallons) * 4 }),
      downcast: ({ litres }) => ({ gallons: Number(litres) / 4 }),
    },
  ],
  TankEmptied: [{ schema: z.strictObject({}), format: 3 }],
});

describe('reading', () => {
  it('gives every version in the shape of the newest', () => {
    expect(known.read('TankFilled', 1, { gallons: 2 })).toEqual({ litres: 8 });
    expect(known.read('TankFilled', 2, { litres: 8 })).toEqual({ litres: 8 });
  });

  it.each([
    ['TankLost', 1, {}, 'no type is called TankLost'],
    ['TankFilled', 3, { litres: 1 }, 'version 3 is newer than 2'],
    ['TankFilled', 0, { litres: 1 }, 'there is no version 0'],
    ['TankFilled', 1, { litres: 1 }, 'gallons'],
    ['TankFilled', 2, null, 'expected object'],
  ])('refuses %s %i with its reason', (type, v, data, reason) => {
    expect(() => known.read(type, v, data)).toThrow(reason);
  });
});

describe('writing', () => {
  it('takes the newest version that the format allows', () => {
    expect(known.write('TankFilled', { litres: 8 }, 1)).toEqual({ v: 1, data: { gallons: 2 } });
    expect(known.write('TankFilled', { litres: 8 }, 2)).toEqual({ v: 2, data: { litres: 8 } });
    expect(known.newestFormat).toBe(3);
  });

  it('refuses a type that older replicas do not know until the format is raised', () => {
    expect(() => known.write('TankEmptied', {}, 2)).toThrow('it needs format 3 and the platform is at 2: raise the format');
    expect(known.write('TankEmptied', {}, 3)).toEqual({ v: 1, data: {} });
  });
});
