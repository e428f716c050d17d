#!/bin/sh
# Brings Blazor's script for the browser (blazor.web.js of .NET 10) into DIRECTORY:
#
#   fetch-blazor.sh DIRECTORY
#
# The directory appears complete or not at all, and any number of builds may ask at once: one downloads, the others
# wait. When it cannot be had, the last line says in one sentence what is missing.
set -eu

package=@microsoft/aspire-cli-linux-x64@13.5.4   # carries the Aspire dashboard, which is a Blazor app and brings the script
sha512=f0f59e447335f90c10076c310e77cfb229a2dc45b4d6bd386f80e35f48c80c4efc4a57c969bc157d802b5bfe3cbc3cd8bcfcca491c9ee8320f540b021685e304

target=${1%/}

fail() {
    echo "Blazor's script could not be fetched: $1" >&2
    exit 1
}

[ -d "$target" ] && exit 0

for tool in npm tar flock sha512sum; do
    command -v "$tool" >/dev/null || fail "'$tool' is not installed."
done

mkdir -p "$(dirname "$target")" || fail "$(dirname "$target") cannot be written."

# The kernel drops the lock with the process, however that ends; whatever lies here half done is nobody's then.
exec 9>"$target.lock"
flock 9
[ -d "$target" ] && exit 0
rm -rf "$target".tmp.*

work=$(mktemp -d "$target.tmp.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' INT TERM HUP
mkdir "$work/package" "$work/home" "$work/ready"

# npm's own cache would keep the whole archive (130 MB) for good, so it gets one that goes away with us.
npm pack "$package" --pack-destination "$work" --cache "$work/npm" --no-update-notifier \
    >"$work/npm.log" 2>&1 9>&- ||
    fail "the npm registry does not answer or lacks $package (npm says: $(sed -n 's/^npm error //p' "$work/npm.log" | head -n 1))."

echo "$sha512  $(echo "$work"/*.tgz)" | sha512sum --check --status ||
    fail "what the npm registry serves as $package is not the archive this build was written against."

tar -xzf "$work"/*.tgz -C "$work/package" --strip-components=1 --no-same-owner package/bin/aspire ||
    fail "$package cannot be unpacked (disk full?)."
chmod +x "$work/package/bin/aspire"

# The dashboard lies inside this program, which unpacks it on request; it keeps its notes in a home of its own.
HOME=$work/home ASPIRE_CLI_TELEMETRY_OPTOUT=1 "$work/package/bin/aspire" setup --install-path "$work/aspire" --nologo --non-interactive \
    >"$work/setup.log" 2>&1 9>&- ||
    fail "$package cannot unpack its dashboard (it says: $(tail -n 1 "$work/setup.log"))."

cp "$work"/aspire/versions/*/managed/wwwroot/framework/blazor.web.10.js "$work/ready/blazor.web.js" ||
    fail "$package holds no blazor.web.10.js."

mv "$work/ready" "$target"
