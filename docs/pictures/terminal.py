#!/usr/bin/env python3
"""Records docs/src/pictures/phone.svg: `hardline phone add` in a terminal, on the homeserver that it starts by itself.

    cargo build -p hardline-cli && docs/pictures/terminal.py [COMMAND]

The run is real: what the command prints is drawn, and the code that it asks for is read from the text message that it shows. The waits
are not: they are those of a person who reads and types. COMMAND is target/debug/hardline if it is not given.
"""

import html
import os
import pathlib
import pty
import re
import select
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
ARGUMENTS = ["phone", "add", "07700900001", "--country", "GB"]
COLUMNS, ROWS = 110, 11
# Of a character, in pixels.
WIDE, HIGH, MARGIN = 8.4, 20, 18
COLOURS = {"31": "#ff7b72", "32": "#7ee787", "33": "#e3b341", "36": "#79c0ff"}
PLAIN, PAPER, QUIET = "#e6edf3", "#0d1117", "#8b949e"


def main():
    command = sys.argv[1] if len(sys.argv) > 1 else str(ROOT / "target" / "debug" / "hardline")
    frames = typed(command)
    target = ROOT / "docs" / "src" / "pictures" / "phone.svg"
    target.write_text(drawn(frames), encoding="utf-8")
    print(f"{target.relative_to(ROOT)}: {len(frames)} frames, {sum(seconds for _, seconds in frames):.0f} s")


def typed(command):
    """The frames of the film, each with the seconds that it stays: lines of cells, which are characters with their colours."""
    screen = Screen()
    frames = []
    screen.write("\x1b[36m$\x1b[0m ")
    frames.append((screen.copy(), 0.8))
    for key in " ".join(["hardline", *ARGUMENTS]):
        screen.write(key)
        frames.append((screen.copy(), 0.05))
    frames.append((screen.copy(), 0.5))
    screen.write("\r\n")
    run = Run(command)
    # A line at a time, as a person reads.
    for part in run.until(b"): "):
        screen.write(part)
        frames.append((screen.copy(), 0.9 if "\n" in part else 0.4))
    code = re.search(r"(\d{6}) is the code", screen.text())
    if code is None:
        sys.exit(f"no code was texted:\n{screen.text()}")
    frames.append((screen.copy(), 1.2))
    for key in code[1]:
        run.press(key)
        # The terminal shows what is typed.
        screen.write(run.echo())
        frames.append((screen.copy(), 0.2))
    run.press("\r")
    for part in run.until(None):
        screen.write(part)
        frames.append((screen.copy(), 0.7))
    if "now belongs to" not in screen.text():
        sys.exit(f"the number was not added:\n{screen.text()}")
    frames.append((screen.copy(), 5.0))
    return frames


class Run:
    """The command in a terminal of its own, where nobody is logged in."""

    def __init__(self, command):
        home = tempfile.mkdtemp()
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            os.environ.update(XDG_DATA_HOME=home, TERM="xterm-256color", COLUMNS=str(COLUMNS), LINES=str(ROWS))
            os.execv(command, ["hardline", *ARGUMENTS])

    def until(self, prompt):
        """What it prints until it asks, or until it ends, in lines."""
        printed = b""
        while prompt is None or not printed.endswith(prompt):
            more = self.read()
            if not more:
                break
            printed += more
        return re.findall(r"[^\n]*\n|[^\n]+$", printed.decode())

    def echo(self):
        return self.read().decode()

    def press(self, key):
        os.write(self.terminal, key.encode())

    def read(self):
        ready, _, _ = select.select([self.terminal], [], [], 30)
        if not ready:
            sys.exit("the command prints nothing any more")
        try:
            return os.read(self.terminal, 4096)
        except OSError:
            # The other side is closed.
            return b""


class Screen:
    """As much of a terminal as the command uses: colours, and going back to write a line anew."""

    def __init__(self):
        self.lines, self.column, self.colour = [[]], 0, PLAIN

    def write(self, text):
        for escape, character in re.findall(r"\x1b\[([\d;]*[A-Za-z])|(.)", text, re.DOTALL):
            if escape == "2K":
                self.lines[-1] = []
            elif escape.endswith("m"):
                self.colour = COLOURS.get(escape[:-1], QUIET if escape == "2m" else PLAIN)
            elif character == "\r":
                self.column = 0
            elif character == "\n":
                self.lines.append([])
                self.column = 0
            elif character and character.isprintable():
                line = self.lines[-1]
                line.extend([(" ", PLAIN)] * (self.column + 1 - len(line)))
                line[self.column] = (character, self.colour)
                self.column += 1

    def copy(self):
        wrapped = [line[at : at + COLUMNS] for line in self.lines for at in range(0, max(len(line), 1), COLUMNS)]
        return tuple(tuple(line) for line in wrapped[-ROWS:])

    def text(self):
        return "\n".join("".join(character for character, _ in line) for line in self.lines)


def drawn(frames):
    """A strip of frames, of which one shows at a time. Who wants no motion sees the last one."""
    width, height = COLUMNS * WIDE + 2 * MARGIN, ROWS * HIGH + 2 * MARGIN + 24
    whole = sum(seconds for _, seconds in frames)
    lines, strip, steps, passed = {}, [], [], 0.0
    for index, (screen, seconds) in enumerate(frames):
        uses = []
        for row, line in enumerate(screen):
            if line:
                name = lines.setdefault(line, f"l{len(lines)}")
                uses.append(f'<use href="#{name}" y="{row * HIGH}"/>')
        strip.append(f'<g transform="translate({index * width:g} 0)">{"".join(uses)}</g>')
        steps.append(f"{100 * passed / whole:.3f}%{{transform:translateX({-index * width:g}px)}}")
        passed += seconds
    last = -(len(frames) - 1) * width
    spoken = html.escape(" ".join(["hardline", *ARGUMENTS]))
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}" height="{height:g}" role="img" '
            f'aria-label="In a terminal, {spoken} starts a homeserver, registers an account, asks for the code of a text message, and adds the number.">',
            "<style>",
            "text{font:14px ui-monospace,'SF Mono',Menlo,Consolas,'DejaVu Sans Mono',monospace;white-space:pre}",
            f".film{{animation:film {whole:.2f}s steps(1,end) infinite}}",
            f"@keyframes film{{{''.join(steps)}}}",
            f"@media (prefers-reduced-motion:reduce){{.film{{animation:none;transform:translateX({last:g}px)}}}}",
            "</style>",
            f'<rect width="{width:g}" height="{height:g}" rx="10" fill="{PAPER}"/>',
            *(f'<circle cx="{MARGIN + 20 * at}" cy="20" r="6" fill="{colour}"/>' for at, colour in enumerate(["#ff5f57", "#febc2e", "#28c840"])),
            "<defs>",
            *(line_drawn(name, line) for line, name in lines.items()),
            "</defs>",
            f'<svg x="{MARGIN}" y="{MARGIN + 24}" width="{width - MARGIN:g}" height="{height - MARGIN - 24:g}"><g class="film">',
            *strip,
            "</g></svg>",
            "</svg>",
            "",
        ]
    )


def line_drawn(name, line):
    """Runs of one colour, each at its column, whatever font there is."""
    spans, at = [], 0
    while at < len(line):
        end = at
        while end < len(line) and line[end][1] == line[at][1]:
            end += 1
        words = html.escape("".join(character for character, _ in line[at:end]))
        if words.strip():
            spans.append(f'<tspan x="{at * WIDE:g}" textLength="{(end - at) * WIDE:g}" fill="{line[at][1]}">{words}</tspan>')
        at = end
    return f'<text id="{name}" y="14" xml:space="preserve">{"".join(spans)}</text>'


main()
