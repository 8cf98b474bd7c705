#!/usr/bin/env bash
# Installs the pinned matrix-js-sdk below target/ and runs oauth.test.mjs. The test `matrix_js_sdk` of the package
# hardline-tests calls this, with the URLs of its loopbacks in HARDLINE_URL and HARDLINE_HASTY_URL.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

dir=../../../target/clients/matrix-js-sdk
mkdir -p "$dir"
cp package.json package-lock.json ./*.mjs "$dir"
cd "$dir"
# What is there already is what the lock file says, or npm would install it again.
if ! cmp -s package-lock.json installed-lock.json; then
    npm ci --silent --no-audit --no-fund --ignore-scripts
    cp package-lock.json installed-lock.json
fi
node --test --test-reporter=spec oauth.test.mjs
