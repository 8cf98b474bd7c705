#!/usr/bin/env python3
"""Draws docs/src/pictures/layers.svg: the application, the core, the transports, and what crosses between them.

One file for light and dark pages: it asks the browser which of them it is on.
"""

import pathlib

WIDTH, HEIGHT = 760, 392
LEFT, RIGHT = 40, 720

STYLE = """
  text { font: 14px system-ui, -apple-system, "Segoe UI", sans-serif; fill: #1f2328 }
  .title { font-weight: 600; font-size: 16px }
  .code { font-family: ui-monospace, "SF Mono", Menlo, Consolas, monospace; font-size: 13px }
  .quiet { fill: #59636e }
  .box { fill: #f6f8fa; stroke: #8c959f }
  .core { fill: #ddf4ff; stroke: #0969da; stroke-width: 2 }
  .part { fill: #ffffff; stroke: #54aeff }
  .arrow { stroke: #59636e; stroke-width: 1.5; fill: none; marker-end: url(#head) }
  .head { fill: #59636e }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 }
    .quiet { fill: #9198a1 }
    .box { fill: #161b22; stroke: #6e7681 }
    .core { fill: #0c2d6b; stroke: #58a6ff }
    .part { fill: #0d1117; stroke: #388bfd }
    .arrow { stroke: #9198a1 }
    .head { fill: #9198a1 }
  }
"""


def box(x, y, width, height, kind):
    return f'<rect class="{kind}" x="{x}" y="{y}" width="{width}" height="{height}" rx="8"/>'


def text(x, y, words, kind="", anchor="middle"):
    return f'<text class="{kind}" x="{x}" y="{y}" text-anchor="{anchor}">{words}</text>'


def arrow(x, start, end):
    return f'<path class="arrow" d="M {x} {start} V {end}"/>'


def crossing(y, down, up):
    """What goes down and what comes up between two layers."""
    return [
        arrow(250, y + 6, y + 50),
        text(238, y + 33, down, "code", "end"),
        arrow(510, y + 50, y + 6),
        text(522, y + 33, up, "code", "start"),
    ]


def parts(y, names):
    """Boxes side by side inside of a layer."""
    gap, inner = 12, RIGHT - LEFT - 32
    width = (inner - gap * (len(names) - 1)) / len(names)
    drawn = []
    for index, (name, what) in enumerate(names):
        x = LEFT + 16 + index * (width + gap)
        drawn += [box(x, y, width, 52, "part"), text(x + width / 2, y + 22, name, "code"), text(x + width / 2, y + 41, what, "quiet")]
    return drawn


def picture():
    middle = (LEFT + RIGHT) / 2
    return [
        box(LEFT, 16, RIGHT - LEFT, 52, "box"),
        text(middle, 38, "Your application", "title"),
        text(middle, 57, "an SDK, a bot, an event loop of your own", "quiet"),
        *crossing(68, "operations, replies, the time", "results, prompts, errors"),
        box(LEFT, 124, RIGHT - LEFT, 112, "core"),
        text(middle, 148, "hardline: no socket, no clock, no randomness", "title"),
        *parts(164, [("operations", "typed values"), ("flows", "state machines"), ("token manager", "sessions"), ("Client", "runs both")]),
        *crossing(236, "http::Request", "http::Response"),
        box(LEFT, 292, RIGHT - LEFT, 84, "box"),
        *parts(308, [("hyper", "tokio"), ("isahc", "any executor, none"), ("tower", "any service"), ("a closure", "your HTTP library")]),
    ]


def main():
    svg = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" height="{HEIGHT}" role="img" '
        'aria-label="The application gives the core operations, replies and the time, and gets results, prompts and errors. '
        'The core gives a transport HTTP requests, and gets HTTP responses.">',
        f"<style>{STYLE}</style>",
        '<defs><marker id="head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto">'
        '<path class="head" d="M 0 0 L 8 4 L 0 8 z"/></marker></defs>',
        *picture(),
        "</svg>",
    ]
    target = pathlib.Path(__file__).parent.parent / "src" / "pictures" / "layers.svg"
    target.write_text("\n".join(svg) + "\n", encoding="utf-8")


main()
