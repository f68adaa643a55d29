import { z } from 'zod';
import { assignments, flag, target, text } from './fields.ts';
import { anything, composeObject, fail, ignored, ignoredKeys, NotActedOn } from './objects.ts';

/** Volumes and secrets, in Compose's words. */

const NAME = /^[A-Za-z0-9][A-Za-z0-9_.-]*$/;

interface Mount {
  /** Null: without a name, or kept in memory. */
  readonly volume: string | null;
  readonly target: string;
  readonly readOnly: boolean;
}

const refuse = (ctx: z.core.$RefinementCtx): never =>
  fail(ctx, 'mounts a folder of the host, which Berth refuses', 'copy the files into the image, or keep the data in a datasource');

const isFolder = (source: string): boolean => /^[/.~\\]|^[A-Za-z]:/.test(source);

const shortMount = anything({ type: 'string', pattern: '^/|^[A-Za-z0-9][A-Za-z0-9_.-]*:/|\\$' }).transform((value, ctx): Mount => {
  const [first = '', second, mode = '', ...more] = typeof value === 'string' ? value.split(':') : [];
  if (isFolder(first) && second !== undefined) return refuse(ctx);
  const [volume, inside] = second === undefined ? [null, first] : [first, second];
  const modes = mode.split(',');
  const isFine = inside.startsWith('/') && (volume === null || NAME.test(volume)) && more.length === 0;
  if (!isFine || !modes.every((one) => ['', 'ro', 'rw', 'z', 'Z', 'nocopy'].includes(one)))
    return fail(ctx, 'is not a mount', 'write volume:/path/in/the/container, and :ro at its end where it is only read');
  return { volume, target: inside, readOnly: modes.includes('ro') };
});

const longMount = composeObject({
  type: text,
  source: text.optional(),
  target,
  read_only: flag.default(false),
  ...ignoredKeys('bind', 'consistency', 'image', 'tmpfs', 'volume'),
}).transform(({ type, source, target, read_only }, ctx): Mount => {
  if (type === 'bind' || type === 'npipe' || (source !== undefined && isFolder(source))) return refuse(ctx);
  if (type !== 'volume' && type !== 'tmpfs')
    return fail(ctx, 'is a kind of mount that Berth does not know', 'use volume or tmpfs', ['type']);
  if (source !== undefined && !NAME.test(source)) return fail(ctx, 'is not the name of a volume', 'name a volume of the file', ['source']);
  return { volume: type === 'volume' ? (source ?? null) : null, target, readOnly: read_only };
});

export const mounts = z.array(z.union([shortMount, longMount]));

const driverOptions = assignments.transform((written, ctx) => {
  const options = Object.values(written).map((option) => option ?? '');
  if (options.some((option) => isFolder(option) || /(^|,)r?bind(,|$)/.test(option))) return refuse(ctx);
  return new NotActedOn('is legal Compose, but Berth does not act on it yet', 'remove it, or keep it for docker compose');
});

/** A volume of the stack; nothing written is a volume with nothing special. */
export const volume = composeObject({
  external: flag.default(false),
  driver_opts: driverOptions.optional(),
  ...ignoredKeys('driver', 'labels', 'name'),
}).nullable();

const LOCAL = 'is for docker compose only: Berth never reads the value of a secret from a file or variable of yours';

/** A secret of the stack; as with volumes. */
export const secret = composeObject({
  external: flag.default(false),
  file: ignored('keep it for docker compose, or write external: true', LOCAL),
  environment: ignored('keep it for docker compose, or write external: true', LOCAL),
  ...ignoredKeys('driver', 'driver_opts', 'labels', 'name', 'template_driver'),
}).nullable();

interface SecretUse {
  readonly secret: string;
  readonly target: string;
}

/** Compose puts what has a bare name into /run/secrets. */
const placed = (source: string, where: string): SecretUse => ({
  secret: source,
  target: where.startsWith('/') ? where : `/run/secrets/${where}`,
});

const shortSecret = text.transform((source) => placed(source, source));
const longSecret = composeObject({ source: text, target: text.optional(), ...ignoredKeys('gid', 'mode', 'uid') }).transform(
  ({ source, target }) => placed(source, target ?? source),
);

export const secretUses = z.array(z.union([shortSecret, longSecret]));
