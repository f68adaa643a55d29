import { z } from 'zod';
import { type StreamKind, streamKinds } from '../events/owners.ts';

export interface GoldenLine {
  readonly type: string;
  readonly v: number;
  readonly data: unknown;
}

/** docs/events.md: what each stream holds, whose it is, and every event with its fields and an example of its newest version. */
export const catalogueText = (golden: readonly GoldenLine[]): string =>
  [INTRODUCTION, ...streamKinds.map((kind) => sectionOf(kind, golden))].join('\n\n').concat('\n');

const INTRODUCTION = `# Events

Written by \`npm run events\` from \`libs/contracts/events\`; a test fails when it is not current. How to add one: [adding-an-event.md](adding-an-event.md).

Every event has an envelope besides: \`id\`, \`type\`, \`v\` (version of its data), \`stream\`, \`version\` (number in the stream), \`incarnation\`, \`position\`,
\`lane\`, \`laneNo\`, \`at\`, \`actor\`, \`correlation\`, \`causation\`. Outside the house it is a CloudEvent. Only the owner of a stream appends to it, and an event
in another stream than its own is refused.`;

const sectionOf = ({ stream, owner, about, events }: StreamKind, golden: readonly GoldenLine[]): string =>
  [`## \`${stream}\``, `Owner: ${owner}. ${about}`, ...Object.entries(events).map(([type, schema]) => eventOf(type, schema, golden))].join(
    '\n\n',
  );

const eventOf = (type: string, schema: z.ZodObject, golden: readonly GoldenLine[]): string => {
  const newest = golden.filter((line) => line.type === type).reduce<GoldenLine | null>((a, b) => (a && a.v > b.v ? a : b), null);
  const description = schema.description ? [schema.description] : [];
  const fields = Object.entries(schema.shape).map(([name, field]) => `| \`${name}\` | ${shapeOf(field as z.ZodType)} |`);
  return [
    `### ${type}`,
    ...description,
    ['| field | |', '|---|---|', ...fields].join('\n'),
    `Version ${newest?.v ?? '?'}:`,
    ['```json', exampleOf(newest?.data), '```'].join('\n'),
  ].join('\n\n');
};

/** A manifest is long and told of elsewhere. */
const exampleOf = (data: unknown): string =>
  JSON.stringify(data, (name, value: unknown) => (name === 'manifest' ? { stack: 'shop', services: '…' } : value));

interface JsonSchema {
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly JsonSchema[];
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly format?: string;
}

const shapeOf = (field: z.ZodType): string => `${wordsOf(z.toJSONSchema(field, { unrepresentable: 'any', io: 'input' }) as JsonSchema)}`;

const wordsOf = (schema: JsonSchema): string => {
  if (schema.enum) return schema.enum.map((value) => `\`${String(value)}\``).join(', ');
  if (schema.anyOf) return schema.anyOf.map(wordsOf).join(' or ');
  if (schema.type === 'array') return `list of ${schema.items ? wordsOf(schema.items) : 'anything'}`;
  if (schema.type === 'object' && schema.properties) return `{ ${Object.keys(schema.properties).join(', ')} }`;
  if (schema.type === 'object' && typeof schema.additionalProperties === 'object')
    return `by name: ${wordsOf(schema.additionalProperties)}`;
  return schema.format ?? schema.type ?? 'anything';
};
