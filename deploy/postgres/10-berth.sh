#!/bin/sh
# Runs once, when the database is made: its users. The rights of each on the tables are given by whoever makes the tables (a gateway, as
# berth_migrate). berth_read, berth_backup and berth_archive have no password until an operator sets one: until then nobody is let in as them.
set -eu
psql --set ON_ERROR_STOP=1 --no-psqlrc --quiet --username postgres --dbname postgres \
  --set migrate="$(cat /run/berth/migrate)" --set append="$(cat /run/berth/append)" <<'SQL'
create role berth_migrate login password :'migrate';
create role berth_append login password :'append';
create role berth_read login;
create role berth_backup login replication;
create role berth_archive login;
create database berth owner berth_migrate encoding 'UTF8' template template0;
revoke all on database berth from public;
grant connect on database berth to berth_append, berth_read, berth_backup, berth_archive;
\connect berth
revoke all on schema public from public;
alter schema public owner to berth_migrate;
grant usage on schema public to berth_append, berth_read, berth_backup, berth_archive;
SQL
