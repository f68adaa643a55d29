import { type ArchivedRange, Transient } from '#libs/contracts';

/** What was asked for left the table, and its file can't be read here. It can be once the file is there. */
export class Archived extends Transient {
  constructor({ first, last, file }: Pick<ArchivedRange, 'first' | 'last' | 'file'>, fix: string, options?: ErrorOptions) {
    super(`read the log: positions ${first}–${last} are archived in ${file}; ${fix}`, options);
  }
}
