/** What becomes of one key of a compose.yaml, or of one of its values. */
export interface Row {
  /** `services.*.x-berth.ports[].http`: `*` is any name, `[]` any entry of a list. */
  readonly key: string;
  readonly state: 'supported' | 'warned' | 'refused';
  /** The value that the row is about, where others of the key fare otherwise. */
  readonly when?: string;
  /** What the key means, or what is said of it. */
  readonly words: string;
  /** A value that shows it. */
  readonly example: unknown;
  /** What else the document needs for that. */
  readonly beside?: Readonly<Record<string, unknown>>;
}

/** Legal in Compose, with one and the same warning each. */
export const plain = (under: string, example: unknown, ...keys: readonly string[]): readonly Row[] =>
  keys.map((key) => ({ key: under === '' ? key : `${under}.${key}`, state: 'warned', words: PLAIN, example }));

export const PLAIN = 'legal Compose, not acted on';
