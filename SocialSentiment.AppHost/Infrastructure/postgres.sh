#!/usr/bin/env bash
# Runs PostgreSQL over one data folder, as a child that never outlives this script.
#
#   postgres.sh DATA_FOLDER BIN_FOLDER PORT
#
# DB_PASSWORD is the password of the user "postgres", DB_NAME the database that must exist. The first start makes
# the data folder; every start sets the password, so that kept data always opens with today's secret.
# SIGTERM shuts the server down fast and cleanly. When the server ends by itself, so does the script, with its code.
set -uo pipefail

data=$1 bin=$2 port=$3
parent=$(dirname "$data") lock=$data.lock fresh=$data.new server=

fail() { printf 'postgres: %s\n' "$*" >&2; exit 1; }
has() { command -v "$1" > /dev/null 2>&1; }

: "${DB_PASSWORD:?is not set}" "${DB_NAME:?is not set}"
[[ $DB_PASSWORD != *$'\n'* ]] || fail "the database password must not contain a line break."
mkdir -p "$parent" 2> /dev/null && : 2> /dev/null >> "$lock" \
    || fail "cannot write to $parent; make the folder writable or choose another one with --data."
major=$("$bin/postgres" --version | grep -oE '[0-9]+' | head -n 1)

# --- who runs it ---------------------------------------------------------------------------------------------------
# PostgreSQL refuses to run as root. In a user namespace of its own it sees itself as an ordinary user while the
# files stay root's; where namespaces are forbidden the account "postgres" runs it, if that can reach the folder.
as=(env) owner=$(id -u)
if [[ $owner == 0 ]]; then
    account=postgres
    id -u "$account" > /dev/null 2>&1 || account=nobody
    uid=$(id -u "$account") gid=$(id -g "$account")
    namespace=(unshare --user "--map-user=$uid" "--map-group=$gid" --)
    switched=(setpriv "--reuid=$uid" "--regid=$gid" --clear-groups --)
    if "${namespace[@]}" test -w "$parent" 2> /dev/null; then
        as=("${namespace[@]}")
    elif "${switched[@]}" test -x "$parent" 2> /dev/null; then
        as=("${switched[@]}") owner=$uid
    else
        fail "PostgreSQL does not run as root and the user $account cannot reach $parent; start as an ordinary user or choose another folder with --data."
    fi
fi

# The kernel ends the child when this script dies, whatever killed it (only Linux can do that).
tied=(env)
has setpriv && tied=(setpriv --pdeathsig QUIT --)

# --- one at a time -------------------------------------------------------------------------------------------------
# The server inherits the lock: it is free again only when script and server are both gone.
exec 9>> "$lock"
if has flock; then
    flock --wait "${LOCK_PATIENCE:-10}" 9 || fail "the data in $data is in use by another running instance; stop that one first."
fi
if read -r pid 2> /dev/null < "$data/postmaster.pid" && [[ $(ps -o comm= -p "$pid" 2> /dev/null) == *postgres* ]]; then
    fail "the data in $data is in use by another PostgreSQL (process $pid); stop that one first."
fi

# --- data ----------------------------------------------------------------------------------------------------------
# Single-user mode needs neither port nor password, and repairs what a crash left behind.
single_user() {
    "${as[@]}" "${tied[@]}" "$bin/postgres" --single -D "$1" -c exit_on_error=true -c log_min_messages=fatal postgres 2>&1 > /dev/null
}

own() { [[ ${as[0]} == env ]] || chown -R "$owner" "$1"; }

rm -rf "$fresh"
rmdir "$data" 2> /dev/null # an empty folder is as good as none
if [[ ! -e $data ]]; then
    # Made aside and renamed when complete, so that a start killed midway leaves nothing half-finished behind.
    echo "postgres: making a new data folder for PostgreSQL $major"
    locale=$(locale -a 2> /dev/null | grep -ixE 'c\.utf-?8' | head -n 1)
    mkdir -m 700 "$fresh" && own "$fresh" || fail "cannot make the folder $fresh."
    report=$("${as[@]}" "${tied[@]}" "$bin/initdb" -D "$fresh" -U postgres -A trust --encoding=UTF8 \
        "--locale=${locale:-C}" --data-checksums 2>&1) || fail "a new data folder could not be made: $(tail -n 1 <<< "$report")"
    report=$(single_user "$fresh" <<< "CREATE DATABASE \"${DB_NAME//\"/\"\"}\"") \
        || fail "the database $DB_NAME could not be made: $(tail -n 1 <<< "$report")"
    echo "host all all 127.0.0.1/32 scram-sha-256" > "$fresh/pg_hba.conf"
    mv "$fresh" "$data" || fail "cannot rename $fresh to $data."
fi

made_by=$(cat "$data/PG_VERSION" 2> /dev/null) \
    || fail "$data is not a readable PostgreSQL data folder; move it away to start afresh."
[[ $made_by == "$major" ]] \
    || fail "the data in $data was made by PostgreSQL $made_by but this is PostgreSQL $major; install PostgreSQL $made_by, or move the folder away to start afresh."
own "$data"
report=$(single_user "$data" <<< "ALTER ROLE postgres PASSWORD '${DB_PASSWORD//\'/\'\'}'") \
    || fail "the data in $data cannot be opened ($(grep -oE '(FATAL|PANIC).*' <<< "$report" | tail -n 1)); repair it, or move it away to start afresh."

# --- run -----------------------------------------------------------------------------------------------------------
stop() { trap '' TERM INT HUP; [[ -z $server ]] || kill -INT "$server" 2> /dev/null; }
trap stop TERM INT HUP

unset DB_PASSWORD
"${as[@]}" "${tied[@]}" "$bin/postgres" -D "$data" -c "port=$port" -c listen_addresses=127.0.0.1 \
    -c unix_socket_directories= -c max_connections=200 -c logging_collector=off &
server=$!

# A signal only interrupts the wait: go on until the server is really gone.
wait "$server"; code=$?
while kill -0 "$server" 2> /dev/null; do
    wait "$server"; code=$?
done
exit "$code"
