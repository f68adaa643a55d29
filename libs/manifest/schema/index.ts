import { z } from 'zod';
import { compose } from '../grammar/compose.ts';
import { rows } from '../support/index.ts';
import { keyOf } from '../support/keys.ts';

type Json = Record<string, unknown>;

const SCHEMA_ID = 'compose-berth.json';

/**
 * JSON Schema (draft 7) of a compose.yaml as an editor sees it, before variables are resolved, made from the grammar that reads
 * it. It is told less than the grammar knows: names that must exist, ports that clash and the like are found by `berth` alone.
 */
export const composeSchema = (): Json => {
  const made = z.toJSONSchema(compose, {
    io: 'input',
    target: 'draft-7',
    override: ({ zodSchema, jsonSchema }) => adapt(zodSchema, jsonSchema as Json),
  });
  const { $schema, ...schema } = made as Json;
  return described({ $schema, $id: SCHEMA_ID, title: 'compose.yaml for Berth', ...schema }, []);
};

const adapt = (zodSchema: z.core.$ZodType, json: Json): void => {
  const { type } = zodSchema._zod.def;
  // As in Compose, extensions of others are nobody's business.
  if (type === 'object') json.patternProperties = { '^x-': {} };
  if (type === 'enum') replace(json, { anyOf: [{ enum: json.enum }, { type: 'string', pattern: '\\$' }] });
  if (type === 'string' && typeof json.pattern === 'string') {
    delete json.format;
    json.pattern = `${json.pattern}|\\$`;
  }
};

const replace = (json: Json, by: Json): void => {
  for (const key of Object.keys(json)) delete json[key];
  Object.assign(json, by);
};

const WORDS = new Map(rows.toReversed().map(({ key, words }) => [key, words]));
const EXAMPLES = Map.groupBy(
  rows.filter(({ state, example }) => state !== 'refused' && !isEmpty(example)),
  ({ key }) => key,
);

function isEmpty(example: unknown): boolean {
  return example === null || (typeof example === 'object' && Object.keys(example).length === 0);
}

/** The words of the support table at their keys. */
const described = (json: Json, steps: readonly string[]): Json => {
  const key = keyOf(steps);
  const [words, examples] = [WORDS.get(key), EXAMPLES.get(key)];
  return {
    ...(words === undefined ? {} : { description: plainText(words) }),
    ...mapped(json, steps),
    ...(words === undefined ? {} : { description: plainText(words) }),
    ...(examples === undefined ? {} : { examples: examples.map(({ example }) => example) }),
  };
};

const plainText = (words: string): string => words.replaceAll('`', '');

const mapped = (json: Json, steps: readonly string[]): Json =>
  Object.fromEntries(
    Object.entries(json).map(([key, value]) => {
      if (key === 'properties') return [key, mapValues(value as Json, (inner, name) => described(inner, [...steps, name]))];
      if (key === 'additionalProperties' && isObject(value)) return [key, described(value, [...steps, '*'])];
      if (key === 'items' && isObject(value)) return [key, described(value, [...steps, '[]'])];
      // The words stand at the key itself, once.
      if (key === 'anyOf') return [key, (value as Json[]).map((branch) => mapped(branch, steps))];
      return [key, value];
    }),
  );

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

const mapValues = (record: Json, change: (value: Json, key: string) => Json): Json =>
  Object.fromEntries(Object.entries(record).map(([key, value]) => [key, change(value as Json, key)]));
