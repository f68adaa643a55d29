import { EntitySchema, type EntitySchemaColumnOptions } from 'typeorm';
import type { ContainerRow, DeploymentRow, FleetRow, GroupRow, HostRow, ParkRow, ScaledRow, SilenceRow } from './rows.ts';

/** Instants and positions fit a double exactly; the driver hands bigint over as text. */
const toNumber = { to: (value: unknown) => value, from: (value: string | null) => (value === null ? null : Number(value)) };
const big = (name: string, nullable = false): EntitySchemaColumnOptions => ({ name, type: 'bigint', nullable, transformer: toNumber });

export const deploymentRows = new EntitySchema<DeploymentRow>({
  name: 'Deployment',
  tableName: 'deployment_view',
  columns: {
    deployment: { type: 'text', primary: true },
    stack: { type: 'text' },
    version: { type: 'integer', nullable: true },
    status: { type: 'text' },
    requestedAt: big('requested_at'),
    startedAt: big('started_at', true),
    deadlineMs: big('deadline_ms', true),
    drainTimeoutMs: big('drain_timeout_ms', true),
    endedAt: big('ended_at', true),
    failure: { type: 'jsonb', nullable: true },
    replicas: { type: 'jsonb' },
    position: big('position'),
  },
});

export const containerRows = new EntitySchema<ContainerRow>({
  name: 'Container',
  tableName: 'container_view',
  columns: {
    container: { type: 'text', primary: true },
    stack: { type: 'text' },
    service: { type: 'text' },
    version: { type: 'integer' },
    slot: { type: 'integer' },
    deployment: { type: 'text' },
    host: { type: 'text' },
    status: { type: 'text' },
    address: { type: 'text', nullable: true },
    reason: { type: 'text' },
    since: big('since'),
    leavingAt: big('leaving_at', true),
    retiredAt: big('retired_at', true),
    withdrawnAt: big('withdrawn_at', true),
    lostAt: big('lost_at', true),
  },
});

export const parkRows = new EntitySchema<ParkRow>({
  name: 'Park',
  tableName: 'park_view',
  columns: {
    park: { type: 'text', primary: true },
    consumer: { type: 'text' },
    stack: { type: 'text' },
    event: { type: 'text' },
    error: { type: 'text' },
    since: big('since'),
  },
});

export const scaledRows = new EntitySchema<ScaledRow>({
  name: 'Scaled',
  tableName: 'scaled_view',
  columns: {
    scaled: { type: 'text', primary: true },
    stack: { type: 'text' },
    service: { type: 'text' },
    replicas: { type: 'integer' },
    inManifest: { name: 'in_manifest', type: 'integer' },
  },
});

export const hostRows = new EntitySchema<HostRow>({
  name: 'Host',
  tableName: 'host_view',
  columns: {
    host: { type: 'text', primary: true },
    tags: { type: 'jsonb' },
    addedTags: { name: 'added_tags', type: 'jsonb' },
    removedTags: { name: 'removed_tags', type: 'jsonb' },
    hostGroup: { name: 'host_group', type: 'text', nullable: true },
    life: { type: 'text' },
    silentSince: big('silent_since', true),
    bootId: { name: 'boot_id', type: 'text', nullable: true },
    cordon: { type: 'jsonb', nullable: true },
    isDrained: { name: 'is_drained', type: 'boolean' },
    isRebooting: { name: 'is_rebooting', type: 'boolean' },
    milliCpus: { name: 'milli_cpus', type: 'integer' },
    memoryBytes: big('memory_bytes'),
    proxy: { type: 'boolean' },
    lastConnectedAt: big('last_connected_at', true),
    refused: { type: 'jsonb', nullable: true },
  },
});

export const groupRows = new EntitySchema<GroupRow>({
  name: 'Group',
  tableName: 'host_group_view',
  columns: { hostGroup: { name: 'host_group', type: 'text', primary: true }, tags: { type: 'jsonb' } },
});

export const fleetRows = new EntitySchema<FleetRow>({
  name: 'Fleet',
  tableName: 'fleet_view',
  columns: { fleet: { type: 'text', primary: true }, silentSince: big('silent_since', true) },
});

export const silenceRows = new EntitySchema<SilenceRow>({
  name: 'Silence',
  tableName: 'silence_view',
  columns: { silence: { type: 'text', primary: true }, consumer: { type: 'text' }, since: big('since'), until: big('until') },
});
