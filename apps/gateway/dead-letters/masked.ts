const LONGEST = 4000;
const HIDDEN = '…';

/** Members whose values are in events for everybody to read, where a wish is taken. A misspelled name is in none of them, so what it holds is hidden. */
const OPEN = new Set([
  ...['specversion', 'id', 'source', 'type', 'time', 'subject', 'datacontenttype', 'schemaversion'],
  ...['position', 'incarnation', 'lane', 'laneno', 'version', 'actor', 'correlation', 'causation'],
  ...['name', 'stack', 'host', 'image', 'reference', 'digest'],
]);

/** What a person may see of a message: its shape, and values that are no secret by their names. Null for what is no text. */
export const maskedText = (body: Uint8Array): string | null => {
  const text = textOf(body);
  if (text === null) return null;
  const masked = jsonShape(text) ?? roughShape(text);
  return masked.length > LONGEST ? `${masked.slice(0, LONGEST)}\n${HIDDEN}` : masked;
};

const textOf = (body: Uint8Array): string | null => {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(body);
    return text.includes('\0') ? null : text;
  } catch {
    return null;
  }
};

const jsonShape = (text: string): string | null => {
  try {
    return JSON.stringify(shapeOf(JSON.parse(text)), null, 2);
  } catch {
    return null;
  }
};

const shapeOf = (value: unknown, name = ''): unknown => {
  if (Array.isArray(value)) return value.map((item) => shapeOf(item, name));
  if (typeof value !== 'object' || value === null) return value === null || OPEN.has(name) ? value : HIDDEN;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, shapeOf(item, key)]));
};

/** Of what is no JSON: quoted names before a colon stay, and all punctuation. */
const roughShape = (text: string): string =>
  text
    .replaceAll(/"(?:[^"\\]|\\.)*"?(\s*:)?|[^\s"{}[\]:,]+/g, (token, colon: string | undefined) => (colon === undefined ? HIDDEN : token))
    .replaceAll(/…(?:[ \t]*…)+/g, HIDDEN);
