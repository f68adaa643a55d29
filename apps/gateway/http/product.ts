/** What the front door says of itself. */
export class Product {
  readonly name = 'berth';
  readonly version: string | null;
  readonly links = {
    deployments: '/v1/deployments',
    events: '/v1/events',
    containers: '/v1/containers',
    hosts: '/v1/hosts',
    webhooks: '/v1/webhooks',
    deadLetters: '/v1/dead-letters',
    health: '/healthz',
    readiness: '/readyz',
  };

  constructor(version: string | null) {
    this.version = version;
  }
}
