#!/usr/bin/env bash
# Builds the package for JavaScript in target/web/package, and prints how large its two parts are.
#
#   crates/hardline-web/build.sh
#
# Needs the sources of the standard library (`rustup component add rust-src`, or Debian's rustc-web, cargo-web and rust-web-src)
# and Node.js with npm. It installs wasm-bindgen of the version in Cargo.lock, and npm's pinned tools.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$here/../.."

target=wasm32-unknown-unknown
out=target/web
package=$out/package
# The most bytes of each part, compressed: what they have today and a few more, so that growth is seen. A page waits for them.
flows_limit=225000
core_limit=730000

main() {
    tools
    rm -rf "$package"
    mkdir -p "$package"
    build flows --lib
    part hardline_web "$package/flows"
    # A transport for the tests; what it has in common with the library is built already.
    build flows --example exchange
    part examples/exchange "$out/exchange"
    build embed --lib
    part hardline_web "$package/core"
    cp "$here"/js/*.js "$here/js/index.d.ts" "$package"
    sed "s/VERSION/$(version_of hardline-web)/" "$here/js/package.json" >"$package/package.json"
    node "$here/js/types.mjs" crates/hardline/embed.schema.json >"$package/forms.d.ts"
    cp "$here/README.md" LICENSE-MIT LICENSE-APACHE "$package"
    sizes
}

tools() {
    local version
    version=$(version_of wasm-bindgen)
    if [ "$(wasm-bindgen --version 2>/dev/null)" != "wasm-bindgen $version" ]; then
        # What its lock file names may be gone from the registry. It is used for a moment, so it is built soon rather than fast.
        export CARGO_PROFILE_RELEASE_OPT_LEVEL=1
        cargo install --quiet --locked wasm-bindgen-cli --version "$version" ||
            cargo install --quiet wasm-bindgen-cli --version "$version"
        unset CARGO_PROFILE_RELEASE_OPT_LEVEL
    fi
    mkdir -p "$out/tools"
    if ! cmp -s "$here/tests/package-lock.json" "$out/tools/installed.json"; then
        cp "$here/tests/package.json" "$here/tests/package-lock.json" "$out/tools"
        (cd "$out/tools" && npm ci --silent --no-audit --no-fund --ignore-scripts)
        cp "$here/tests/package-lock.json" "$out/tools/installed.json"
    fi
}

# The version of a package in Cargo.lock.
version_of() {
    sed -n "/^name = \"$1\"\$/{n;s/^version = \"\(.*\)\"\$/\1/p;}" Cargo.lock
}

# build FEATURE TARGET...: what is linked alone is optimized as a whole, so no `rlib` comes beside it.
#
# The standard library is built as well: as it is shipped, it is made for speed, and unwinds. What that needs is not stable, nor is
# leaving out the messages of panics, which would be shown to nobody.
build() {
    local feature=$1 arguments compiler=() linker
    shift
    arguments=(rustc --locked --quiet -p hardline-web --profile web --features "$feature" --target "$target" --target-dir "$out"
        -Z "build-std=std,panic_abort" -Z build-std-features=optimize_for_size --crate-type cdylib "$@")
    if ! [ -d "$(rustc --print sysroot)/lib/rustlib/src/rust/library/std" ]; then
        # Debian's compiler brings the sources, and no linker.
        linker=$(rustc --print sysroot)/lib/rustlib/$(rustc --print host-tuple)/bin/rust-lld
        compiler=(RUSTC=/usr/bin/rustc CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER="$linker" PATH="/usr/bin:$PATH")
    fi
    env "${compiler[@]}" RUSTC_BOOTSTRAP=1 RUSTFLAGS='-Zunstable-options -Cpanic=immediate-abort -Zlocation-detail=none' \
        cargo "${arguments[@]}"
}

# part MODULE FOLDER: what wasm-bindgen makes of a module, made small.
part() {
    local name=${1##*/} folder=$2
    wasm-bindgen --target web --remove-name-section --remove-producers-section --out-dir "$folder" "$out/$target/web/$1.wasm"
    # By name, because `--all-features` writes what browsers do not read yet. Debian's wasm-opt 108 breaks the module.
    "$out/tools/node_modules/.bin/wasm-opt" -Oz --enable-bulk-memory --enable-sign-ext --enable-mutable-globals \
        --enable-nontrapping-float-to-int --enable-reference-types --enable-multivalue \
        "$folder/${name}_bg.wasm" -o "$folder/${name}_bg.wasm"
}

sizes() {
    size 'typed flows' "$package/flows" "$flows_limit"
    size 'everything' "$package/core" "$core_limit"
}

# size WHAT FOLDER LIMIT
size() {
    local module=$2/hardline_web_bg.wasm plain compressed script
    plain=$(wc -c <"$module")
    compressed=$(gzip -9 -c "$module" | wc -c)
    script=$(gzip -9 -c "$2/hardline_web.js" | wc -c)
    echo "$1: $plain bytes of wasm, $compressed with gzip, at most $3; $script bytes of JavaScript with gzip"
    [ "$compressed" -le "$3" ] || { echo "that is too large: find out what has come in, or raise the limit in $0"; return 1; }
}

main; exit
