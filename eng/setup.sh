# Sourced by ./run and ./test: finds what they need, installs what is missing where it can, and says in one
# sentence what to do where it cannot.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)

export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 ASPIRE_CLI_TELEMETRY_OPTOUT=1
# MSBuild's worker processes would outlive the script.
export MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0

if [ -t 1 ]; then bold=$'\e[1m' dim=$'\e[2m' red=$'\e[31m' plain=$'\e[0m'; else bold='' dim='' red='' plain=''; fi

say() { printf '%s\n' "$*"; }
step() { printf '%s\n' "${dim}-- $*${plain}"; }
fail() { printf '%s\n' "${red}$*${plain}" >&2; exit 1; }
have() { command -v "$1" >/dev/null 2>&1; }

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

can_install() {
    have apt-get && { [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null; }
}

# apt_install WHAT-FOR PACKAGE...
# Debian starts a server right after installing it; the stack runs its own, so a policy keeps the system's off meanwhile.
apt_install() {
    local what=$1 log policy=/usr/sbin/policy-rc.d made_policy=
    shift
    can_install || fail "$what is missing: install it (on Debian or Ubuntu: sudo apt-get install $*) and start this again."
    step "installing $* ($what)"
    log=$(mktemp)
    if [ ! -e "$policy" ]; then
        printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
        as_root chmod 755 "$policy"
        made_policy=yes
    fi
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@" >"$log" 2>&1 ||
        { as_root apt-get update && as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "$@"; } >"$log" 2>&1
    local result=$?
    [ -z "$made_policy" ] || as_root rm -f "$policy"
    [ $result = 0 ] || { tail -n 5 "$log" >&2; rm -f "$log"; fail "$what could not be installed; the package manager's last words are above."; }
    rm -f "$log"
}

need_dotnet() {
    if have dotnet && dotnet --list-sdks 2>/dev/null | grep -q '^10\.'; then return; fi
    if can_install && apt-cache show dotnet-sdk-10.0 >/dev/null 2>&1; then
        apt_install 'The .NET 10 SDK' dotnet-sdk-10.0
    else
        fail 'The .NET 10 SDK is missing: install it (https://dotnet.microsoft.com/download) and start this again.'
    fi
}

# Whether the package feed has everything; learnt by the first restore and remembered in polyfills/.feed.
closed_feed() {
    [ "$(cat "$root/polyfills/.feed" 2>/dev/null)" != full ] && [ -d "$root/polyfills" ]
}

# On a closed feed the stand-ins take DCP, the dashboard and ONNX Runtime out of npm packages.
need_feed() {
    [ -d "$root/polyfills" ] || return 0
    [ -s "$root/polyfills/.feed" ] || dotnet restore "$root/SocialSentiment.Contracts" -v:q >/dev/null 2>&1
    if closed_feed; then
        step 'the package feed lacks Aspire or the ONNX packages: building against polyfills/'
        need_npm
    fi
}

need_npm() { have npm || apt_install 'npm' npm; }

container_engine() {
    local engine
    for engine in docker podman; do
        have $engine && timeout 5 $engine info >/dev/null 2>&1 && return 0
    done
    return 1
}

have_postgres() { have postgres || compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null; }
have_rabbitmq() { have rabbitmq-server || [ -x /usr/lib/rabbitmq/bin/rabbitmq-server ]; }

need_local_servers() {
    have_postgres || apt_install 'PostgreSQL' postgresql
    have_rabbitmq || apt_install 'RabbitMQ' rabbitmq-server
}

# The worker's tokenizers take accents off letters, for which .NET needs ICU; its package has the version in its name.
need_icu() {
    [ "$(uname)" = Linux ] || return 0
    PATH=$PATH:/sbin:/usr/sbin ldconfig -p 2>/dev/null | grep -q libicuuc && return
    local package
    package=$(apt-cache search --names-only '^libicu[0-9]+$' 2>/dev/null | sort | tail -n 1 | cut -d ' ' -f 1)
    apt_install 'ICU (libicu)' "${package:-libicu}"
}

need_browser() {
    have chromium || have google-chrome || have chromium-browser || apt_install 'Chromium (for the browser tests)' chromium
}

# build WHAT...: quiet when it works, the compiler's own words when it does not.
build() {
    local target log
    log=$(mktemp)
    for target; do
        step "building $(basename "$target")"
        dotnet build "$target" --nologo -v:q -clp:NoSummary >"$log" 2>&1 ||
            { grep -E 'error|warning' "$log" | sort -u | head -n 40 >&2 || cat "$log" >&2; rm -f "$log"; fail "The build of $(basename "$target") failed; the compiler's words are above."; }
    done
    rm -f "$log"
}
