/** That hosts may wear and services may ask for. */
export const TAGS = ['ssd', 'gpu', 'eu'] as const;

/** To which some hosts belong. */
export const GROUP = 'rack';
