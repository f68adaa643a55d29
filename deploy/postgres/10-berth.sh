#!/bin/sh
# Runs once, when the database is made: two users and their rights. The owner makes the tables (the gateway does, at its start); the services
# read and write rows and can't change a table.
set -eu
psql --set ON_ERROR_STOP=1 --no-psqlrc --quiet --username postgres --dbname postgres \
  --set owner="$(cat /run/berth/owner)" --set services="$(cat /run/berth/services)" <<'SQL'
create role berth_owner login password :'owner';
create role berth_services login password :'services';
create database berth owner berth_owner encoding 'UTF8' template template0;
revoke all on database berth from public;
grant connect on database berth to berth_services;
\connect berth
revoke all on schema public from public;
alter schema public owner to berth_owner;
grant usage on schema public to berth_services;
alter default privileges for role berth_owner in schema public grant select, insert, update, delete on tables to berth_services;
alter default privileges for role berth_owner in schema public grant usage on sequences to berth_services;
SQL
