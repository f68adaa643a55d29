import type pg from 'pg';

/** Users of the database, each with what its work needs and no more. A login of its own for each: what a client can `set`, it can also reset. */
export const ROLES = {
  append: 'berth_append',
  read: 'berth_read',
  migrate: 'berth_migrate',
  backup: 'berth_backup',
  archive: 'berth_archive',
} as const;

/** The same database as another user. A password is that user's own and is not taken along. */
export const asRole = ({ password: _, ...config }: pg.PoolConfig, role: keyof typeof ROLES): pg.PoolConfig => ({
  ...config,
  user: ROLES[role],
});

/**
 * As a superuser: makes the users that are missing, without a password, and gives the log to its owner. Who has no superuser makes them
 * by hand (`deploy/postgres/10-berth.sh`).
 */
export const makeRoles = async (client: pg.ClientBase): Promise<boolean> => {
  const { rows } = await client.query<{ rolsuper: boolean }>('select rolsuper from pg_roles where rolname = current_user');
  if (!rows[0]?.rolsuper) return false;
  await client.query(MAKE);
  return true;
};

/** As the owner of the tables: gives every user that there is its rights on all of them, old and new. */
export const grantRights = async (client: pg.ClientBase): Promise<void> => {
  await client.query(GRANT);
};

/** Users belong to the whole server: another database of it may be making them in this moment. */
const MAKE = `
do $$
declare
  wanted text;
  owned record;
begin
  foreach wanted in array array['${Object.values(ROLES).join("', '")}'] loop
    begin
      execute format('create role %I login', wanted);
    exception when duplicate_object or unique_violation then null;
    end;
  end loop;
  begin
    alter role ${ROLES.backup} replication;
  exception when others then
    if sqlerrm not like '%concurrently%' then raise; end if;
  end;
  grant usage, create on schema public to ${ROLES.migrate};
  grant usage on schema public to ${ROLES.append}, ${ROLES.read}, ${ROLES.backup}, ${ROLES.archive};
  for owned in select c.oid::regclass::text as name from pg_class c
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'v', 'm') and c.relowner <> '${ROLES.migrate}'::regrole loop
    execute format('alter table %s owner to ${ROLES.migrate}', owned.name);
  end loop;
  for owned in select p.oid::regprocedure::text as name from pg_proc p
      where p.pronamespace = 'public'::regnamespace and p.proowner <> '${ROLES.migrate}'::regrole loop
    execute format('alter routine %s owner to ${ROLES.migrate}', owned.name);
  end loop;
end $$`;

/** Written by the log's own functions alone, which act with their owner's rights. */
const SEALED = "array['events', 'head', 'streams', 'archives']";
const DEFINERS = "array['append_items', 'attest_head', 'raise_incarnation']";
/** By which rows leave the log, for who archives. */
const ARCHIVERS = "array['note_archive', 'cut_archive']";

/**
 * Who appends also keeps checkpoints, leases, keys, attachments and the tables of views. Who reads or archives may
 * not read keys: with them the sealed values are open. A function that acts with its owner's rights finds nothing but the log's own tables under their names.
 */
const GRANT = `
do $$
declare
  found_role text;
  owned record;
begin
  for owned in select p.oid::regprocedure::text as name, p.proname from pg_proc p
      where p.pronamespace = 'public'::regnamespace and p.proname = any (${DEFINERS} || ${ARCHIVERS}) loop
    execute format('alter function %s security definer', owned.name);
    execute format('alter function %s set search_path = public, pg_temp', owned.name);
    execute format('revoke execute on function %s from public', owned.name);
    found_role := case when owned.proname = any (${ARCHIVERS}) then '${ROLES.archive}' else '${ROLES.append}' end;
    if to_regrole(found_role) is not null then
      execute format('grant execute on function %s to %I', owned.name, found_role);
    end if;
  end loop;
  for found_role in select rolname from pg_roles where rolname in ('${ROLES.append}', '${ROLES.read}', '${ROLES.backup}', '${ROLES.archive}') loop
    for owned in select c.oid::regclass::text as name, c.relname from pg_class c
        where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'v', 'm') and pg_has_role(c.relowner, 'usage') loop
      execute format('revoke all on %s from %I', owned.name, found_role);
      if found_role not in ('${ROLES.read}', '${ROLES.archive}') or owned.relname <> 'keys' then
        execute format('grant select on %s to %I', owned.name, found_role);
      end if;
      if found_role = '${ROLES.append}' and owned.relname <> all (${SEALED}) and owned.relname not like 'migrations\\_%' then
        execute format('grant insert, update, delete on %s to %I', owned.name, found_role);
      end if;
    end loop;
    execute format('grant select on all sequences in schema public to %I', found_role);
  end loop;
  if to_regrole('${ROLES.append}') is not null then
    grant usage on all sequences in schema public to ${ROLES.append};
  end if;
end $$`;
