import { Rejected } from '#libs/contracts';

/** Throws `Rejected` for a Node that lacks what we use. */
export const checkNode = (version: string): void => {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major < 22 || (major === 22 && minor < 15)) throw new Rejected(`start: Node ${version} is too old; use 22.15 or newer`);
};
