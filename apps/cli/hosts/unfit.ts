import type { Unfit } from '#libs/contracts';

/** What runs on though it would not be placed there again; the first line says so. */
export const unfitLines = (unfit: readonly Unfit[]): readonly string[] =>
  unfit.length === 0
    ? []
    : [
        `${unfit.length === 1 ? '1 container no longer fits' : `${unfit.length} containers no longer fit`}; nothing is moved:`,
        ...unfit.map(
          ({ container, stack, service, host, lacks }) => `  ${container}  on ${host}: ${service} of ${stack} wants ${lacks.join(', ')}`,
        ),
      ];
