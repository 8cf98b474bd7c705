"""Tries the `hardline` command on the homeserver that delegates its logins, as a person at a shell would.

    up.sh run-oauth -- python3 command.py HARDLINE

HARDLINE is the command. It logs in with a code and with a browser, several commands share the session, and it logs out.
"""

import json
import os
import pathlib
import subprocess
import sys
import tempfile
import time
import urllib.request

hardline = str(pathlib.Path(sys.argv[1]).resolve())
homeserver = os.environ["HARDLINE_HS_OAUTH_URL"]
server = os.environ["HARDLINE_AS_URL"]
# What the command is called at the authorization server.
CLIENT = "hardline"
PATIENCE = 60


def main():
    user = f"shell{time.time_ns()}"
    with tempfile.TemporaryDirectory() as data:
        shell = Shell(data)
        log_in_with_a_code(shell, user)
        share_the_session(shell, user)
        log_out(shell)
        log_in_with_a_browser(shell, user)
        log_out(shell)
    print("the command logs in with a code and with a browser, shares a session and logs out")


def log_in_with_a_code(shell, user):
    login = shell.start("login", "--device-code", "--homeserver", homeserver)
    step = next_step(login, "device_authorization_needed")
    assert step["verification_uri"] == f"{server}/link", step
    shown = person("device", user_code=step["user_code"], user=user)
    assert shown["done"], shown
    end(login)
    assert who(shell) == user


# All find the access token expired, and only one of them may refresh.
def share_the_session(shell, user):
    shell.expire()
    before = refreshes()
    commands = [shell.start("whoami") for _ in range(4)]
    for command in commands:
        assert f"@{user}:" in end(command)
    assert refreshes() == before + 1, f"{refreshes() - before} refreshes"


def log_in_with_a_browser(shell, user):
    login = shell.start("login", "--oauth", "--no-browser", "--homeserver", homeserver)
    step = next_step(login, "authorization_needed")
    shown = person("authorize", url=step["url"], user=user)
    with proxyless.open(shown["location"]) as page:
        assert page.status == 200
    end(login)
    assert who(shell) == user


def log_out(shell):
    before = len(requests("/oauth2/revoke"))
    end(shell.start("logout"))
    assert len(requests("/oauth2/revoke")) == before + 1
    assert shell.start("whoami").wait(PATIENCE) != 0, "somebody is still logged in"


class Shell:
    """A person's machine, with files of its own."""

    def __init__(self, data):
        self.data = pathlib.Path(data)
        self.environment = {**os.environ, "XDG_DATA_HOME": data, "NO_PROXY": "127.0.0.1"}

    def start(self, *arguments):
        return subprocess.Popen(
            [hardline, *arguments, "--json"],
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def expire(self):
        """The access token in the file has expired, by the clock."""
        (file,) = self.data.rglob("*.json")
        saved = json.loads(file.read_text())
        saved["session"]["tokens"]["expires_at"] = 1
        file.write_text(json.dumps(saved))


def who(shell):
    user_id = json.loads(end(shell.start("whoami")).splitlines()[-1])["user_id"]
    return user_id.removeprefix("@").split(":")[0]


def next_step(command, name):
    for line in command.stdout:
        step = json.loads(line)
        if step.get("step") == name:
            return step
    raise AssertionError(f"no {name}: {command.stderr.read()}")


def end(command):
    stdout, stderr = command.communicate(timeout=PATIENCE)
    assert command.returncode == 0, f"{command.args}: {command.returncode}\n{stdout}{stderr}"
    return stdout


def refreshes():
    return sum(request.get("grant_type") == "refresh_token" for request in requests("/oauth2/token"))


def requests(path):
    return [request for request in ask(f"requests?client={CLIENT}") if request["path"] == path]


def person(action, **what):
    return ask(action, json.dumps(what).encode())


proxyless = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def ask(path, body=None):
    with proxyless.open(f"{server}/test/{path}", body) as response:
        return json.load(response)


main()
