/** `services.*.volumes[].source` in steps: `services`, `*`, `volumes`, `[]`, `source`. */
export const stepsOf = (key: string): readonly string[] =>
  key.split('.').flatMap((part) => (part.endsWith('[]') ? [part.slice(0, -2), '[]'] : [part]));

/** The other way round. */
export const keyOf = (steps: readonly string[]): string => steps.join('.').replaceAll('.[]', '[]');
