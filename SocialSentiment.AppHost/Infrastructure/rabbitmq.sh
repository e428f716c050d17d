#!/usr/bin/env bash
# Runs RabbitMQ over one data folder, as a child that never outlives this script.
#
#   rabbitmq.sh DATA_FOLDER RABBITMQ_SERVER AMQP_PORT MANAGEMENT_PORT DISTRIBUTION_PORT EPMD_PORT
#
# MQ_USER and MQ_PASSWORD are the one account; every start sets it, so that kept data always opens with today's
# secret. Everything listens on 127.0.0.1 only and nothing outside the data folder is read or written.
# SIGTERM shuts the broker down cleanly. When it ends by itself, so does the script, with its code.
set -uo pipefail

data=$1 program=$2 amqp=$3 management=$4 distribution=$5 epmd_port=$6
parent=$(dirname "$data") lock=$data.lock server= epmd=

fail() { printf 'rabbitmq: %s\n' "$*" >&2; exit 1; }
has() { command -v "$1" > /dev/null 2>&1; }
json() { local text=${1//\\/\\\\}; printf '"%s"' "${text//\"/\\\"}"; }

: "${MQ_USER:?is not set}" "${MQ_PASSWORD:?is not set}"
[[ $MQ_USER$MQ_PASSWORD != *[[:cntrl:]]* ]] || fail "user and password must not contain control characters."
mkdir -p "$parent" 2> /dev/null && : 2> /dev/null >> "$lock" \
    || fail "cannot write to $parent; make the folder writable or choose another one with --data."

# The broker inherits the lock: it is free again only when script and broker are both gone.
exec 9>> "$lock"
if has flock; then
    flock --wait "${LOCK_PATIENCE:-10}" 9 || fail "the data in $data is in use by another running instance; stop that one first."
fi

mkdir -p -m 700 "$data" "$data/home" && [[ -w $data/home ]] || fail "cannot write to $data; make it writable, or move it away to start afresh."

# --- configuration -------------------------------------------------------------------------------------------------
umask 077
plugins=$(dirname "$(readlink -f "$program")")/../plugins
[[ -d $plugins ]] || plugins=$(echo "$(dirname "$program")"/../lib/rabbitmq_server-*/plugins)
if compgen -G "$plugins/rabbitmq_management-*" > /dev/null; then
    echo "[rabbitmq_management]." > "$data/enabled_plugins"
else
    echo "[]." > "$data/enabled_plugins"
fi

cat > "$data/definitions.json" << END
{
  "users": [{ "name": $(json "$MQ_USER"), "password": $(json "$MQ_PASSWORD"), "tags": "administrator" }],
  "vhosts": [{ "name": "/" }],
  "permissions": [{ "user": $(json "$MQ_USER"), "vhost": "/", "configure": ".*", "write": ".*", "read": ".*" }]
}
END

cat > "$data/rabbitmq.conf" << END
listeners.tcp.local = 127.0.0.1:$amqp
management.tcp.ip = 127.0.0.1
management.tcp.port = $management
load_definitions = $data/definitions.json
log.console = true
log.console.level = info
log.file = false
END

export HOME=$data/home
export RABBITMQ_NODENAME=sentiment@localhost
export RABBITMQ_CONF_ENV_FILE=$data/none RABBITMQ_CONFIG_FILE=$data/rabbitmq.conf RABBITMQ_ADVANCED_CONFIG_FILE=$data/none.config
export RABBITMQ_GENERATED_CONFIG_DIR=$data/generated RABBITMQ_ENABLED_PLUGINS_FILE=$data/enabled_plugins
export RABBITMQ_MNESIA_BASE=$data/node RABBITMQ_LOG_BASE=$data/log RABBITMQ_LOGS=-
export RABBITMQ_NODE_PORT=$amqp RABBITMQ_DIST_PORT=$distribution
export ERL_EPMD_PORT=$epmd_port ERL_EPMD_ADDRESS=127.0.0.1
export RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS="-kernel inet_dist_use_interface {127,0,0,1}"
unset RABBITMQ_NODE_IP_ADDRESS RABBITMQ_ALLOW_INPUT NOTIFY_SOCKET MQ_PASSWORD

# --- run -----------------------------------------------------------------------------------------------------------
# The kernel ends the children when this script dies, whatever killed it (only Linux can do that).
tied=(env)
has setpriv && tied=(setpriv --pdeathsig KILL --)

stop() { trap '' TERM INT HUP; [[ -z $server ]] || kill -TERM "$server" 2> /dev/null; }
trap stop TERM INT HUP
trap '[[ -z $epmd ]] || kill -KILL "$epmd" 2> /dev/null' EXIT

# Erlang's name service would otherwise be started by the broker as a daemon that nobody ever ends.
epmd_program=$(command -v epmd || echo "$(dirname "$(readlink -f "$(command -v erl)")")/epmd")
"${tied[@]}" "$epmd_program" -port "$epmd_port" -address 127.0.0.1 9>&- &
epmd=$!
for ((i = 0; i < 600; i++)); do
    { : > "/dev/tcp/127.0.0.1/$epmd_port"; } 2> /dev/null && break
    kill -0 "$epmd" 2> /dev/null || fail "Erlang's name service epmd did not start on port $epmd_port."
    sleep 0.05
done

# "Under systemd" the program becomes the broker instead of staying in front of it: signals reach the broker itself.
RUNNING_UNDER_SYSTEMD=true "${tied[@]}" "$program" &
server=$!

# A signal only interrupts the wait: go on until the broker is really gone.
wait "$server"; code=$?
while kill -0 "$server" 2> /dev/null; do
    wait "$server"; code=$?
done
exit "$code"
