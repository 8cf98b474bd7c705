#!/usr/bin/env bash
# Installs the pinned matrix-js-sdk below target/ and runs a file of its tests: `run.sh rooms.test.mjs`. The tests
# `matrix_js_sdk` of the package hardline-tests call this, with the URLs of their loopbacks in the environment.
set -euo pipefail
file=$1
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
node --test --test-reporter=spec "$file"
