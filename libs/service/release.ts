/** The version of package.json. A resolver that an older release started is replaced by one of this. */
export const RELEASE = '0.2.0';
