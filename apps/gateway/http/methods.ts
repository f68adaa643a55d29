/** What is served where, to tell a wrong method (405) from a wrong address (404). HEAD is GET without the body. */
const READ = ['GET', 'HEAD'] as const;
const served: readonly { readonly path: RegExp; readonly methods: readonly string[] }[] = [
  { path: /^\/v1\/deployments$/, methods: [...READ, 'POST'] },
  { path: /^\/v1\/deployments\/[^/]+$/, methods: READ },
  { path: /^\/v1\/attachments\/[^/]+$/, methods: READ },
  { path: /^\/v1\/webhooks$/, methods: [...READ, 'POST'] },
  { path: /^\/v1\/webhooks\/[^/]+$/, methods: ['DELETE'] },
  { path: /^\/v1\/dead-letters$/, methods: READ },
  { path: /^\/v1\/dead-letters\/[^/]+$/, methods: [...READ, 'DELETE'] },
  { path: /^\/v1\/dead-letters\/[^/]+\/put-back$/, methods: ['POST'] },
  { path: /^\/v1\/rebalance$/, methods: [...READ, 'POST'] },
  { path: /^\/v1\/plans$/, methods: ['POST'] },
  { path: /^\/v1\/stacks\/[^/]+\/scale$/, methods: ['POST'] },
  { path: /^\/v1\/parks\/[^/]+\/[^/]+$/, methods: ['DELETE'] },
  { path: /^\/v1\/(events|containers|scaled|hosts|parks)$/, methods: READ },
  { path: /^\/v1\/at\/[^/]+\/(ps|names|routes)$/, methods: READ },
  { path: /^\/v1\/(diff|why\/[^/]+)$/, methods: READ },
  { path: /^\/v1\/audit$/, methods: READ },
  { path: /^\/v1\/platform\/format$/, methods: [...READ, 'POST'] },
  { path: /^\/v1\/platform\/incarnation$/, methods: ['POST'] },
  { path: /^\/v1\/archive$/, methods: [...READ, 'POST'] },
  { path: /^\/v1\/archive\/cut$/, methods: ['POST'] },
  { path: /^\/v1\/archive\/[^/]+$/, methods: READ },
  { path: /^\/(healthz|readyz)?$/, methods: READ },
];

/** Null where nothing is served. */
export const allowedMethods = (path: string): readonly string[] | null => served.find((place) => place.path.test(path))?.methods ?? null;
