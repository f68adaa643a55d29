import { z } from 'zod';
import { stackExtension } from './extensions.ts';
import { text } from './fields.ts';
import { composeObject, ignored, ignoredKeys } from './objects.ts';
import { service } from './service.ts';
import { secret, volume } from './storage.ts';

/** Compose lets a section be empty. */
const section = <Item extends z.ZodType>(item: Item) => z.record(z.string(), item).nullable().default({});

/**
 * The one grammar of a compose.yaml: what Berth acts on, what it refuses, and every other key of the Compose
 * specification, which is answered with a warning. Shorthands come out in their long form; variables are resolved before.
 */
export const compose = composeObject({
  name: text.optional(),
  services: z.record(z.string(), service),
  volumes: section(volume),
  secrets: section(secret),
  'x-berth': stackExtension.optional(),
  version: ignored('remove it: Compose itself dropped it', 'is obsolete'),
  ...ignoredKeys('configs', 'include', 'models', 'networks'),
});

export type Compose = z.infer<typeof compose>;
export type ComposeService = Compose['services'][string];
