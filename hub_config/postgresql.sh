#!/bin/sh
# What the container of PostgreSQL does the first time: two databases, each with an owner that is no superuser.
set -eu
for name in hub:"$HUB_PASSWORD" mindzie:"$WORKSPACE_PASSWORD"; do
    psql --username postgres --set ON_ERROR_STOP=1 --set role="${name%%:*}" --set word="${name#*:}" <<'SQL'
CREATE ROLE :"role" LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD :'word';
CREATE DATABASE :"role" OWNER :"role";
SQL
done
