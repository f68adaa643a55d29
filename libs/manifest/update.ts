import type { Update } from '#libs/contracts';
import type { Path, PathFault } from './faults.ts';
import type { ComposeService } from './grammar/compose.ts';

/** `x-berth.update`, else Compose's `update_config`, which is a rolling update, else all at once beside the version before. */
export const updateOf = (service: ComposeService): Update =>
  service['x-berth']?.update ?? service.deploy?.update_config ?? { strategy: 'blue_green', promotion: 'immediate' };

/** Two places that say how to update would leave open which one counts. */
export const updateFaults = (path: Path, service: ComposeService): PathFault[] =>
  service['x-berth']?.update === undefined || service.deploy?.update_config === undefined
    ? []
    : [
        {
          path: [...path, 'x-berth', 'update'],
          isKey: true,
          message: 'says how to update, and so does deploy.update_config',
          fix: 'keep one of x-berth.update and deploy.update_config',
          other: [...path, 'deploy', 'update_config'],
        },
      ];
