import type { StackName } from '#libs/contracts';
import { HttpProblem } from '../http/problem.ts';

/** What a user of the broker may do: `deploy` its stacks and nothing else. */
export interface Grant {
  readonly role: 'deploy';
  readonly stacks: readonly StackName[];
}

/** Who may wish what by message. A user who is not named may do nothing. */
export class Access {
  readonly #grants: ReadonlyMap<string, Grant>;

  constructor(grants: ReadonlyMap<string, Grant> = new Map()) {
    this.#grants = grants;
  }

  /** Throws a problem unless the broker says who sent this, and the user is known. */
  admit(user: string | null): { readonly user: string; readonly grant: Grant } {
    if (user === null)
      throw new HttpProblem(
        401,
        'user-needed',
        'the broker does not say who sent this: publish it with the property user-id, set to the user as which you connect',
      );
    const grant = this.#grants.get(user);
    if (!grant) throw new HttpProblem(403, 'not-allowed', `user ${user} may not deploy: name it in the file of BERTH_ACCESS_FILE`);
    return { user, grant };
  }
}

/** Throws a problem that names the stack and those that the user may deploy. */
export const assertMayDeploy = ({ user, grant }: ReturnType<Access['admit']>, stack: StackName): void => {
  if (grant.stacks.includes(stack)) return;
  throw new HttpProblem(403, 'not-allowed', `user ${user} may not deploy stack ${stack}, only ${grant.stacks.join(', ')}`);
};
