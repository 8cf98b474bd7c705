#!/usr/bin/env bash
# Builds the package for JavaScript in target/web/package, and prints how large its two parts are.
#
#   crates/hardline-web/build.sh
#
# Needs a compiler for wasm32-unknown-unknown (`rustup target add wasm32-unknown-unknown`, or Debian's rustc-web, cargo-web
# and rust-web-src) and Node.js with npm. It installs wasm-bindgen of the version in Cargo.lock, and npm's pinned tools.
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
cd "$here/../.."

target=wasm32-unknown-unknown
out=target/web
package=$out/package
# The most bytes of each part, compressed. A page waits for them.
flows_limit=170000
core_limit=600000

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
    cp "$here"/js/*.js "$here/js/index.d.ts" "$here/js/package.json" "$package"
    node "$here/js/types.mjs" crates/hardline/embed.schema.json >"$package/forms.d.ts"
    cp "$here/README.md" LICENSE-MIT LICENSE-APACHE "$package"
    sizes
}

tools() {
    local version
    version=$(sed -n '/^name = "wasm-bindgen"$/{n;s/^version = "\(.*\)"$/\1/p;}' Cargo.lock)
    if [ "$(wasm-bindgen --version 2>/dev/null)" != "wasm-bindgen $version" ]; then
        # What its lock file names may be gone from the registry.
        cargo install --quiet --locked wasm-bindgen-cli --version "$version" ||
            cargo install --quiet wasm-bindgen-cli --version "$version"
    fi
    mkdir -p "$out/tools"
    if ! cmp -s "$here/tests/package-lock.json" "$out/tools/installed.json"; then
        cp "$here/tests/package.json" "$here/tests/package-lock.json" "$out/tools"
        (cd "$out/tools" && npm ci --silent --no-audit --no-fund --ignore-scripts)
        cp "$here/tests/package-lock.json" "$out/tools/installed.json"
    fi
}

# build FEATURE TARGET...: what is linked alone is optimized as a whole, so no `rlib` comes beside it.
build() {
    local feature=$1 arguments
    shift
    arguments=(rustc --locked --quiet -p hardline-web --profile web --features "$feature" --target "$target" --target-dir "$out" --crate-type cdylib "$@")
    if [ -d "$(rustc --print sysroot)/lib/rustlib/$target/lib" ]; then
        cargo "${arguments[@]}"
    else
        # Debian's compiler brings the sources of the standard library, and no linker.
        CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER=$(rust_lld) RUSTC_BOOTSTRAP=1 RUSTC=/usr/bin/rustc \
            /usr/bin/cargo "${arguments[@]}" -Z build-std=std,panic_abort
    fi
}

rust_lld() {
    echo "$(rustc --print sysroot)/lib/rustlib/$(rustc --print host-tuple)/bin/rust-lld"
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
