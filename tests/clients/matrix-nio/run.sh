#!/usr/bin/env bash
# Installs the pinned matrix-nio into a virtual environment below target/ and runs story.py. The test `matrix_nio` of the
# package hardline-tests calls this, with the URL of its loopback in HARDLINE_URL.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

dir=../../../target/clients/matrix-nio
mkdir -p "$dir"
# What is there already is what the requirements say, or pip would ask for each of them again.
if ! cmp -s requirements.txt "$dir/installed.txt"; then
    "${PYTHON:-python3}" -m venv "$dir/venv"
    "$dir/venv/bin/pip" install --quiet --no-deps --prefer-binary --disable-pip-version-check -r requirements.txt
    cp requirements.txt "$dir/installed.txt"
fi
"$dir/venv/bin/python" story.py
