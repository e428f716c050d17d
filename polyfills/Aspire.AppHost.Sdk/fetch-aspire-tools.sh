#!/bin/sh
# Puts Aspire's orchestrator (dcp/) and dashboard (managed/) of one version into a folder:
#   fetch-aspire-tools.sh VERSION FOLDER
# They are inside the npm package of the Aspire CLI, which unpacks them when asked. The folder appears complete or
# not at all, and two builds at once fetch once.
set -eu

version=$1
folder=$2
package=@microsoft/aspire-cli-linux-x64@$version
sha512=f0f59e447335f90c10076c310e77cfb229a2dc45b4d6bd386f80e35f48c80c4efc4a57c969bc157d802b5bfe3cbc3cd8bcfcca491c9ee8320f540b021685e304   # of 13.5.4

fail() {
    echo "$1"
    exit 1
}

[ "$(uname -s)-$(uname -m)" = Linux-x86_64 ] ||
    fail "Aspire's orchestrator is fetched for Linux on x64 only; here, set ASPIRE_DCP_PATH and ASPIRE_DASHBOARD_PATH to an installed one."
command -v npm >/dev/null ||
    fail "npm is not installed; it is needed once, to fetch Aspire's orchestrator and dashboard ($package)."

mkdir -p "$(dirname "$folder")"
exec 9>"$folder.lock"
flock 9
[ ! -x "$folder/dcp/dcp" ] || exit 0

draft=$(mktemp -d "$folder.XXXXXX")
trap 'rm -rf "$draft"' EXIT
# npm's own cache would keep the whole archive (130 MB) for good, so it gets one that goes away with the draft.
(cd "$draft" && npm pack --loglevel=error --cache "$draft/npm" "$package" >npm.log 2>&1) ||
    fail "npm could not fetch $package; is its registry reachable? It said: $(head -n 1 "$draft/npm.log")"
echo "$sha512  $(echo "$draft"/*.tgz)" | sha512sum --check --status ||
    fail "What npm serves as $package is not the archive this build was written against."
tar -xzf "$draft"/*.tgz -C "$draft"

# The CLI thinks of the draft as its home, and leaves nothing in the user's. It insists that its home exists.
mkdir "$draft/home"
HOME="$draft/home" ASPIRE_CLI_TELEMETRY_OPTOUT=1 \
    "$draft/package/bin/aspire" setup --install-path "$draft/home/.aspire" --non-interactive --nologo </dev/null >"$draft/setup.log" 2>&1 ||
    fail "The Aspire CLI $version could not unpack its orchestrator and dashboard. It said: $(tail -n 1 "$draft/setup.log")"

unpacked=$(dirname "$(dirname "$(find "$draft/home/.aspire/versions" -path '*/dcp/dcp' | head -n 1)")")
[ -x "$unpacked/dcp/dcp" ] && [ -x "$unpacked/managed/aspire-managed" ] ||
    fail "The Aspire CLI $version holds no orchestrator and dashboard where they are expected."
rm -rf "$folder"
mv "$unpacked" "$folder"
