/** Something outside is not there now; the same call may succeed later. */
export class Transient extends Error {
  override readonly name = 'Transient';
}

/** It will never work as it was asked; whoever asked is told why. */
export class Rejected extends Error {
  override readonly name = 'Rejected';
}

/** Ends an exhaustive `switch`: the compiler refuses a case that was forgotten. */
export const assertNever = (value: never): never => {
  throw new Error(`meet a value that no case knows: ${JSON.stringify(value)}`);
};
