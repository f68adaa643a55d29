import { z } from 'zod';
import { type PortForm, parsePortForm } from '../values.ts';
import { portNumber, reader } from './fields.ts';
import { composeObject, fail } from './objects.ts';

const short = reader<PortForm>(
  parsePortForm,
  'is not a port form',
  'write "container:http:https", for example "3000:80:443", "3000:80", "4000::8443" or "5000"; ports go from 1 to 65535',
  { type: ['string', 'number'], pattern: '^\\d{1,5}(:\\d{0,5}){0,2}$|\\$' },
);

const port = portNumber.optional();

/** Without `container` the port inside is the one outside, which must then be the only one. */
const long = composeObject({ container: port, http: port, https: port, tcp: port, udp: port }).transform(
  ({ container, http, https, tcp, udp }, ctx): PortForm => {
    const outer = [http, https, tcp, udp].filter((number) => number !== undefined);
    const inner = container ?? (outer.length === 1 ? outer[0] : undefined);
    if (inner === undefined) {
      const message = outer.length === 0 ? 'names no port' : 'does not say which port of the container is meant';
      return fail(ctx, message, 'add container, for example container: 3000');
    }
    return { container: inner, http: http ?? null, https: https ?? null, tcp: tcp ?? null, udp: udp ?? null };
  },
);

export const portForm = z.union([short, long]);
