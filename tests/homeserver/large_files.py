"""Sends a large file to the homeserver and fetches it with the `hardline` command, and looks at the memory that it takes.

    up.sh run -- python3 large_files.py HARDLINE

HARDLINE is the command, built with --release or not.
"""

import hashlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import urllib.request

hardline = str(pathlib.Path(sys.argv[1]).resolve())
homeserver = os.environ["HARDLINE_HS_URL"]
SIZE = 200_000_000
PART = 1_000_000
# The most memory that the command may take, in bytes.
MEMORY = 64_000_000


def main():
    token = register(f"files{time.time_ns()}")
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        shell = {
            **os.environ,
            "HARDLINE_ACCESS_TOKEN": token,
            "XDG_DATA_HOME": str(folder),
            "NO_PROXY": "127.0.0.1",
        }
        sent, fetched = folder / "sent.bin", folder / "fetched.bin"
        right = write(sent)
        put = run(shell, "up", "media", "put", str(sent), "--homeserver", homeserver)
        uri = json.loads(put.splitlines()[-1])["content_uri"]
        run(shell, "down", "media", "get", uri, "--output", str(fetched), "--homeserver", homeserver)
        assert hash_of(fetched) == right, "another file came back"


def register(name):
    body = {"username": name, "password": "wonderland", "auth": {"type": "m.login.dummy"}}
    request = urllib.request.Request(
        f"{homeserver}/_matrix/client/v3/register",
        json.dumps(body).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request) as response:
        return json.load(response)["access_token"]


def write(path):
    """Writes a file that nothing can compress, and returns its hash."""
    digest = hashlib.sha256()
    with path.open("wb") as file:
        for _ in range(SIZE // PART):
            part = os.urandom(PART)
            digest.update(part)
            file.write(part)
    return digest.digest()


def hash_of(path):
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()


def run(shell, way, *arguments):
    """What the command prints."""
    begun = time.monotonic()
    command = subprocess.Popen(
        [hardline, *arguments, "--json"],
        env=shell,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    printed, complaint = command.stdout.read(), command.stderr.read()
    _, status, used = os.wait4(command.pid, 0)
    command.returncode = os.waitstatus_to_exitcode(status)
    assert command.returncode == 0, f"{arguments}: {command.returncode}\n{printed}{complaint}"
    memory, seconds = used.ru_maxrss * 1024, time.monotonic() - begun
    print(f"{SIZE / 1e6:.0f} MB {way}: {seconds:.1f} s, {memory / 1e6:.1f} MB of memory at most")
    assert memory < MEMORY, f"{memory} bytes of memory, and {MEMORY} are allowed"
    return printed


main()
