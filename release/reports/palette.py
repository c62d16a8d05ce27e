"""The colours of a report in both themes, with the pairs that must keep their contrast."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

LIGHT: Mapping[str, str] = {
    "paper": "#ffffff",
    "panel": "#f5f4ef",
    "ink": "#1c1d1a",
    "muted": "#56574f",
    "line": "#d8d5c9",
    "edge": "#868374",
    "accent": "#0a4d68",
    "go": "#17663a",
    "go-tint": "#e6f2ea",
    "hold": "#7d5200",
    "hold-tint": "#fcf1d9",
    "no-go": "#a01328",
    "no-go-tint": "#fbe8ea",
    "unknown": "#55458a",
    "unknown-tint": "#eeebf7",
    "waived": "#4c5863",
    "waived-tint": "#ebeef0",
}

DARK: Mapping[str, str] = {
    "paper": "#15171a",
    "panel": "#1e2125",
    "ink": "#ecebe5",
    "muted": "#b1b0a7",
    "line": "#3a3d42",
    "edge": "#7c7f83",
    "accent": "#84c7e3",
    "go": "#86d3a4",
    "go-tint": "#17291f",
    "hold": "#f0c268",
    "hold-tint": "#2d2413",
    "no-go": "#ff9aa5",
    "no-go-tint": "#331a1e",
    "unknown": "#c2b4f2",
    "unknown-tint": "#26213a",
    "waived": "#b3bfc9",
    "waived-tint": "#22282d",
}

STATES = ("go", "hold", "no-go", "unknown", "waived")
TEXT_CONTRAST = 4.5
MARK_CONTRAST = 3.0


def text_pairs() -> Iterator[tuple[str, str]]:
    """Yield the pairs of text on ground that occur on the page."""
    for text in ("ink", "muted", "accent"):
        for ground in ("paper", "panel"):
            yield text, ground
    for state in STATES:
        for ground in ("paper", "panel", f"{state}-tint"):
            yield state, ground
        yield "ink", f"{state}-tint"
        yield "muted", f"{state}-tint"
        yield "accent", f"{state}-tint"


def mark_pairs() -> Iterator[tuple[str, str]]:
    """Yield the pairs of mark on ground that charts and frames use."""
    for mark in ("ink", "muted", "edge", "accent", *STATES):
        for ground in ("paper", "panel"):
            yield mark, ground
    for state in STATES:
        yield state, f"{state}-tint"
        yield "edge", f"{state}-tint"


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours `#rrggbb`, from 1 to 21 (WCAG 2.2, relative luminance)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    linear = [each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
