#!/usr/bin/env bash
# Tests the package that build.sh has built: its types, the table that every binding runs, and what it does in headless
# Chromium. `run.sh HARDLINE` takes the command `hardline`, whose loopback is the homeserver; CHROMIUM names the browser.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../../.."

here=crates/hardline-web/tests
out=target/web
HARDLINE=$(realpath "$1")
CHROMIUM=${CHROMIUM:-$(command -v chromium || command -v google-chrome)}
PACKAGE=$PWD/$out/package
EXCHANGE=$PWD/$out/exchange
PAGE=$PWD/crates/hardline-web/page
PLAYWRIGHT=$PWD/$out/tools/node_modules/playwright-core/index.mjs
export HARDLINE CHROMIUM PACKAGE EXCHANGE PAGE PLAYWRIGHT

CHROMIUM=$(command -v "$CHROMIUM")
"$out/tools/node_modules/.bin/tsc" --project "$here/tsconfig.json"
node "$here/table.mjs" "$PACKAGE" tests/embed/cases.jsonl
node --test --test-reporter=spec "$here/browser.test.mjs"
