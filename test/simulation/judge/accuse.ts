/** Says that a claim was broken: `I6`, or the name of another claim, and how. */
export type Accuse = (claim: string, message: string) => void;
