import type { Revision } from '#libs/contracts';
import type { Environment } from '../settings.ts';
import { run } from './process.ts';

/** The commit that a folder holds; null where there is no git or no commit. */
export const revisionOf = async (folder: string, env: Environment): Promise<Revision | null> => {
  const git = async (...args: string[]) => run('git', ['-C', folder, ...args], { env });
  const commit = await git('rev-parse', '--verify', 'HEAD');
  if (commit.code !== 0) return null;
  const [branch, changes] = await Promise.all([git('symbolic-ref', '--quiet', '--short', 'HEAD'), git('status', '--porcelain')]);
  return { commit: commit.stdout.trim(), branch: branch.stdout.trim() || null, dirty: changes.stdout.trim() !== '' };
};
