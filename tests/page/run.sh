#!/usr/bin/env bash
# Looks at the page of `hardline loopback` in a headless Chromium, with playwright-core, which is installed below target/:
#
#   run.sh HARDLINE            the tests, with this build of the command
#   run.sh HARDLINE --picture  the same, and the picture in the README is taken anew
#
#   CHROMIUM                   the browser (chromium, or google-chrome)
set -euo pipefail
command=$(realpath "$1")
cd "$(dirname "${BASH_SOURCE[0]}")"

picture=$(realpath ../../docs/src/pictures)/loopback-page.png
dir=../../target/page
mkdir -p "$dir"
cp package.json package-lock.json ./*.mjs "$dir"
cd "$dir"
# What is there already is what the lock file says, or npm would install it again.
if ! cmp -s package-lock.json installed-lock.json; then
    npm ci --silent --no-audit --no-fund --ignore-scripts
    cp package-lock.json installed-lock.json
fi
if [ -z "${CHROMIUM:-}" ]; then
    CHROMIUM=$(command -v chromium || command -v google-chrome) || {
        echo 'install Chromium, or name it in CHROMIUM' >&2
        exit 1
    }
fi
export CHROMIUM HARDLINE=$command
if [ "${2:-}" = --picture ]; then export HARDLINE_PICTURE=$picture; fi
node --test --test-reporter=spec page.test.mjs
