import type { DeployAccepted } from '#libs/contracts';
import { requestedRow } from '../view/changes.ts';
import type { ReadModel } from '../view/read-model.ts';
import { deploymentViewOf } from '../view/rows.ts';
import type { Accepted } from './deployments.ts';

/** The first answer is made of the event itself; a repeat tells what became of it. */
export const answerTo = async (
  { isRepeat, requested, warnings }: Accepted,
  readModel: Pick<ReadModel, 'deployment'>,
): Promise<DeployAccepted> => {
  const known = isRepeat ? await readModel.deployment(requested.data.deployment) : null;
  return { ...(known ?? deploymentViewOf(requestedRow(requested), null)), position: requested.position, warnings };
};
