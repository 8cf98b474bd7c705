"""The table of cases that every binding runs: `tests/embed/README.md` says what a runner does."""

from __future__ import annotations

import json
import unittest
from typing import Any, Callable, Union

import hardline
from loopback import REPOSITORY

CASES = [json.loads(line) for line in (REPOSITORY / "tests/embed/cases.jsonl").read_text().splitlines()]

#: The most outputs before a hub has to wait.
AT_MOST = 100


class Cases(unittest.TestCase):
    def test_every_case_of_the_table_passes(self) -> None:
        for case in CASES:
            with self.subTest(case["name"]):
                played = Played(case["config"])
                for index, step in enumerate(case["steps"]):
                    try:
                        played.step(step)
                    except Exception as error:
                        raise AssertionError(f"step {index} ({json.dumps(step)}): {error!r}") from error

    def test_the_table_is_not_empty(self) -> None:
        self.assertGreater(len(CASES), 20)

    def test_a_case_that_does_not_hold_fails(self) -> None:
        with self.assertRaises(Mismatch):
            Played({}).step({"session": {"homeserver": "https://example.org"}})
        with self.assertRaises(Mismatch):
            Played({}).step({"next": [{"kind": "done"}]})


class Mismatch(Exception):
    """Something is not as a step expects it."""


class Played:
    """A case on its way."""

    def __init__(self, config: dict[str, Any]) -> None:
        self.hub = hardline.Hub(config)
        self.clock = 0.0
        self.flows: dict[str, hardline.Flow] = {}
        self.requests: dict[str, int] = {}
        self.saved: dict[str, str] = {}

    def step(self, step: dict[str, Any]) -> None:
        ((name, form),) = step.items()
        action: Callable[[Any], Any] = getattr(self, name)
        expected = form.get("error") if isinstance(form, dict) else None
        if expected is None:
            action(form)
            return
        try:
            action(form)
        except hardline.HardlineError as error:
            check(expected, shown_error(error), "error")
        else:
            raise Mismatch(f"it succeeds, and does not fail as {expected}")

    def now(self, millis: int) -> None:
        self.clock = millis / 1000

    def next(self, expected: list[dict[str, Any]]) -> None:
        outputs = [self.hub.next(self.clock)]
        while not isinstance(outputs[-1], hardline.Wait):
            if len(outputs) > AT_MOST:
                raise Mismatch("the hub does not come to rest")
            outputs.append(self.hub.next(self.clock))
        last = outputs[-1]
        is_told = bool(expected) and expected[-1]["kind"] == "wait"
        if not is_told and isinstance(last, hardline.Wait) and last.until is None:
            outputs.pop()
        shown = [self.shown(output) for output in outputs]
        if len(shown) != len(expected):
            raise Mismatch(f"the outputs are {shown}")
        for index, (output, value) in enumerate(zip(expected, shown)):
            if "as" in output:
                self.requests[output["as"]] = value["request"]
            wanted = {name: member for name, member in output.items() if name != "as"}
            if "flow" in wanted:
                wanted["flow"] = self.flow_id(wanted["flow"])
            if "request" in wanted:
                wanted["request"] = self.requests[wanted["request"]]
            check(wanted, value, f"output {index}")

    def open(self, step: dict[str, Any]) -> None:
        entropy = bytes([step.get("entropy", 7)]) * 32
        arguments = step.get("arguments", {})
        self.flows[step["as"]] = self.hub.open(step["flow"], now=self.clock, entropy=entropy, **arguments)

    def response(self, step: dict[str, Any]) -> None:
        self.hub.tell_response(self.request(step), *response(step), now=self.clock)

    def failed(self, step: dict[str, Any]) -> None:
        self.hub.tell_failed(self.request(step), step["class"], "a case says so", now=self.clock)

    def timeout(self, _: dict[str, Any]) -> None:
        self.hub.tell_timeout(now=self.clock)

    def head(self, step: dict[str, Any]) -> None:
        status, headers, _ = response(step)
        self.hub.tell_head(self.request(step), status, headers, now=self.clock)

    def progress(self, step: dict[str, Any]) -> None:
        self.hub.tell_progress(self.request(step), step["bytes"], now=self.clock)

    def body_ended(self, step: dict[str, Any]) -> None:
        self.hub.tell_body_ended(self.request(step), step["bytes"], now=self.clock)

    def reply(self, step: dict[str, Any]) -> None:
        if step["flow"] == "session":
            self.hub.reply(step["reply"], now=self.clock)
        else:
            said = self.flows[step["flow"]].reply(step["reply"], now=self.clock)
            check(step.get("is", {}), said, "what it says")

    def retry(self, step: dict[str, Any]) -> None:
        self.flows[step["flow"]].retry(now=self.clock)

    def cancel(self, step: dict[str, Any]) -> None:
        self.flows[step["flow"]].cancel(now=self.clock)

    def prompt(self, step: dict[str, Any]) -> None:
        # By its ID, since cases ask for one that the hub before had.
        wanted = self.flow_id(step["flow"])
        prompts = [flow.prompt for flow in self.hub.flows() if flow.id == wanted]
        check(step["is"], prompts[0] if prompts else None, "prompt")

    def save(self, step: dict[str, Any]) -> None:
        self.saved[step["as"]] = self.flows[step["flow"]].save()

    def load(self, step: dict[str, Any]) -> None:
        self.flows[step["as"]] = self.hub.load(self.saved[step["saved"]], now=self.clock)

    def restart(self, _: dict[str, Any]) -> None:
        self.hub = hardline.Hub(self.hub.session())

    def session(self, expected: dict[str, Any]) -> None:
        check(expected, self.hub.session(), "session")

    def encode(self, step: dict[str, Any]) -> None:
        arguments, token = step.get("arguments"), step.get("token")
        request = hardline.encode(step["operation"], arguments, base_url=step["base_url"], token=token)
        check(step["is"], shown_request(request), "request")

    def decode(self, step: dict[str, Any]) -> None:
        answer = hardline.decode(step["operation"], *response(step), now=self.clock)
        shown = {"value": answer.value, "status": answer.status}
        if answer.warnings:
            shown["warnings"] = answer.warnings
        check(step["is"], shown, "value")

    def request(self, step: dict[str, Any]) -> int:
        return self.requests[step["request"]]

    def flow_id(self, name: str) -> int:
        return 0 if name == "session" else self.flows[name].id

    def shown(self, output: Any) -> dict[str, Any]:
        """An output as cases write it."""
        shown: dict[str, Any] = {"kind": KINDS[type(output)]}
        if isinstance(output, hardline.Wait):
            if output.until is not None:
                shown["millis"] = round(output.until * 1000)
            return shown
        if isinstance(output, hardline.Cancel):
            return {**shown, "flow": 0, "request": output.id}
        shown["flow"] = 0 if output.flow is None else output.flow.id
        if isinstance(output, (hardline.Send, hardline.SendStreaming)):
            shown.update(shown_request(output), request=output.id)
            known = {"operation": output.operation, "attempt": output.attempt, "repeatable": output.repeatable}
            if isinstance(output, hardline.SendStreaming):
                known.update(type=output.direction, at=output.at)
            shown["value"] = present(known)
        elif isinstance(output, hardline.Receive):
            shown["request"] = output.id
            shown["value"] = present({"type": output.to, "at": output.at, "cap": output.cap})
        elif isinstance(output, hardline.Failed):
            shown["value"] = shown_error(output.error)
        else:
            shown["value"] = output.value
        return shown


KINDS = {
    hardline.Wait: "wait",
    hardline.Send: "send",
    hardline.Cancel: "cancel",
    hardline.Event: "event",
    hardline.Done: "done",
    hardline.Failed: "failed",
    hardline.SendStreaming: "send_streaming",
    hardline.Receive: "receive",
}


def response(step: dict[str, Any]) -> tuple[int, list[tuple[str, str]], bytes]:
    body = step.get("body", {})
    text = body if isinstance(body, str) else json.dumps(body)
    headers = [(name, value) for name, value in step.get("headers", [])]
    return step.get("status", 200), headers, text.encode()


def shown_request(request: hardline.Request) -> dict[str, Any]:
    text = request.body.decode()
    try:
        body: Union[str, Any] = json.loads(text)
    except ValueError:
        body = text
    shown = {"method": request.method, "url": request.url, "headers": dict(request.headers), "body": body}
    if request.timeout is not None:
        shown["millis"] = round(request.timeout * 1000)
    return shown


def shown_error(error: hardline.HardlineError) -> dict[str, Any]:
    """The form of an error from its attributes, and not the form that it was made of."""
    shown: dict[str, Any] = {"kind": error.kind, "code": error.code, "message": error.message}
    for name in ("operation", "errcode", "oauth_error", "status", "threepid_refusal", "reason", "uia", "index"):
        shown[name] = getattr(error, name)
    shown["class"] = error.failure_class
    shown["wanted"], shown["issuer"] = error.wanted, error.issuer
    shown["soft_logout"], shown["body"] = error.soft_logout or None, error.body or None
    shown["offered"] = error.offered or None
    if error.retry_after is not None:
        shown["retry_after_ms"] = round(error.retry_after * 1000)
    return present(shown)


def present(form: dict[str, Any]) -> dict[str, Any]:
    return {name: member for name, member in form.items() if member is not None}


def check(expected: Any, value: Any, place: str) -> None:
    """Compares objects by the members that are expected, of which one that is null must not be there."""
    if isinstance(expected, dict) and isinstance(value, dict):
        for name, member in expected.items():
            if name not in value:
                if member is not None:
                    raise Mismatch(f"{place}/{name} is missing, not {member}")
            else:
                check(member, value[name], f"{place}/{name}")
    elif isinstance(expected, list) and isinstance(value, list) and len(expected) == len(value):
        for index, (element, other) in enumerate(zip(expected, value)):
            check(element, other, f"{place}/{index}")
    elif not (expected == "*" and isinstance(value, str)) and (
        expected != value or isinstance(expected, bool) != isinstance(value, bool)
    ):
        raise Mismatch(f"{place} is {value!r}, not {expected!r}")


if __name__ == "__main__":
    unittest.main()
