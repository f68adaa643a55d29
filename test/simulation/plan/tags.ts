/** That hosts may wear and services may ask for. */
export const TAGS = ['ssd', 'gpu', 'eu'] as const;
