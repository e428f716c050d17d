# Sourced by the scripts of bench/: a private stack of PostgreSQL (fsync on), RabbitMQ, API and worker, as Release
# builds with fresh data under .data/bench (the last run's data with BENCH_KEEP=1). Everything ends with the script.

. "$(dirname "${BASH_SOURCE[0]}")/../eng/setup.sh"

stack=$root/.data/bench
export DB_PASSWORD=bench DB_NAME=sentiment MQ_USER=bench MQ_PASSWORD=bench

port_open() { { : >"/dev/tcp/127.0.0.1/$1"; } 2>/dev/null; }

free_port() {
    local port
    while port=$((20000 + RANDOM % 12000)); do port_open "$port" || { echo "$port"; return; }; done
}

# release PROJECT-FOLDER...: builds as what would run in earnest
release() {
    local project log
    log=$(mktemp)
    for project; do
        dotnet build "$root/$project" -c Release --nologo -v:q -clp:NoSummary >"$log" 2>&1 || { cat "$log" >&2; rm -f "$log"; fail "The build of $project failed."; }
    done
    rm -f "$log"
}

# dll PROJECT-FOLDER: what its Release build made
dll() { echo "$root/$1/bin/Release/net10.0/$(basename "$root/$1"/*.csproj .csproj).dll"; }

pids=()
end_stack() {
    local pid
    # The last started first: services before the servers they need.
    for ((i = ${#pids[@]} - 1; i >= 0; i--)); do
        pid=${pids[i]}
        kill -TERM "$pid" 2>/dev/null && wait "$pid" 2>/dev/null
    done
    pids=()
}
trap end_stack EXIT
trap 'exit 130' INT TERM

# wait_for WHAT COMMAND...: at most a minute, and no longer than what was started last lives
wait_for() {
    local what=$1
    shift
    for ((n = 0; n < 300; n++)); do
        "$@" >/dev/null 2>&1 && return
        kill -0 "${pids[-1]}" 2>/dev/null || break
        sleep 0.2
    done
    fail "$what did not come up; its log is in $stack."
}

start_servers() {
    local bin
    [ -n "${BENCH_KEEP:-}" ] || rm -rf "$stack"
    mkdir -p "$stack"
    postgres_port=$(free_port) rabbit_port=$(free_port)
    bin=$(compgen -G '/usr/lib/postgresql/*/bin' | sort -V | tail -n 1)
    [ -n "$bin" ] || bin=$(dirname "$(command -v postgres)")
    PATH=$bin:$PATH
    bash "$root/SocialSentiment.AppHost/Infrastructure/postgres.sh" "$stack/postgres" "$bin" "$postgres_port" >"$stack/postgres.log" 2>&1 &
    pids+=($!)
    local broker=/usr/lib/rabbitmq/bin/rabbitmq-server
    [ -x $broker ] || broker=$(command -v rabbitmq-server)
    bash "$root/SocialSentiment.AppHost/Infrastructure/rabbitmq.sh" "$stack/rabbitmq" "$broker" "$rabbit_port" "$(free_port)" "$(free_port)" "$(free_port)" >"$stack/rabbitmq.log" 2>&1 &
    pids+=($!)
    wait_for PostgreSQL pg_isready -q -h 127.0.0.1 -p "$postgres_port"
    wait_for RabbitMQ port_open "$rabbit_port"
    postgres_uri=postgresql://postgres:$DB_PASSWORD@127.0.0.1:$postgres_port/$DB_NAME
    rabbit_uri=amqp://$MQ_USER:$MQ_PASSWORD@127.0.0.1:$rabbit_port
    postgres_connection="Host=127.0.0.1;Port=$postgres_port;Username=postgres;Password=$DB_PASSWORD;Database=$DB_NAME"
}

# start_service PROJECT-FOLDER PORT
start_service() {
    env ConnectionStrings__sentiment="$postgres_connection" ConnectionStrings__rabbitmq="$rabbit_uri" \
        ASPNETCORE_URLS="http://127.0.0.1:$2" ASPNETCORE_ENVIRONMENT=Development ASPNETCORE_CONTENTROOT="$root/$1" \
        Logging__LogLevel__Default=Warning ModelStore__Folder="${MODEL_STORE:-$stack/models}" \
        dotnet "$(dll "$1")" >"$stack/$1.log" 2>&1 &
    pids+=($!)
    wait_for "$1" curl -fs "http://127.0.0.1:$2/health"
}

start_stack() {
    start_servers
    api_port=$(free_port)
    start_service SocialSentiment.Api "$api_port"
    service_port=$(free_port)
    start_service SocialSentiment.MlWorker "$service_port"
    api=http://127.0.0.1:$api_port service=http://127.0.0.1:$service_port
}
