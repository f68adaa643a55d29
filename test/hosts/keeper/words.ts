/** The fleet of `npm run hosts`. */
export const FLEET = 'dev';
/** Of its addresses and ports. */
export const NET = 40;

export interface Order {
  readonly command: string;
  readonly args: readonly string[];
}

export interface Answer {
  readonly ok: boolean;
  readonly text: string;
}
