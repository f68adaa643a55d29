/** One event as every side writes it: a container that started. */
export const dataOf = (host: string, n: number): Readonly<Record<string, unknown>> => ({
  stack: 'shop',
  host,
  container: `shop-web-${n % 100}-aaaabbbbccccdddd`,
  run: 'abcdefghijkl',
  address: '10.210.3.17',
  engineId: '4f5d0e2b9c7a6f1e8d3b2c4a5f6e7d8c9b0a1f2e3d4c5b6a7f8e9d0c1b2a3f4e',
  image: 'registry.example.org/shop/web@sha256:1b4f0e9851971998e732078544c96b36c3d01cedf7caa332359d6f1d83567014',
});

export const TYPE = 'ContainerStarted';
export const ENVELOPE = { actor: 'host-agent', correlation: '0198c0de-0000-7000-8000-000000000001', causation: null } as const;

/** Where a side writes to. */
export interface Target {
  readonly config: { readonly host?: string; readonly user?: string; readonly database?: string };
  readonly url: string;
  /** Folder whose node_modules has the peers. */
  readonly peers: string;
}

/** One connection of one process. */
export interface Writer {
  /** Resolves when this many events are durable. */
  append(count: number): Promise<void>;
  close(): Promise<void>;
}

/** What a slice asks a process for. */
export interface Order {
  readonly side: string;
  readonly writer: number;
  readonly batch: number;
  /** At once, through the one connection. */
  readonly callers: number;
  readonly ms: number;
  readonly target: Target;
}

export interface Done {
  readonly events: number;
  readonly seconds: number;
}
