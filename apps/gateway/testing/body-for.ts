/** A body that asks for one small service. */
export const bodyFor = (stack: string, environment: Readonly<Record<string, string>> = {}) => ({
  compose: { 'x-berth': { stack }, services: { web: { image: 'web:1', environment } } },
});
