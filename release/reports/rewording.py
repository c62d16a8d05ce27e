"""Wording of the summary that somebody else proposes: taken sentence by sentence, and only when it is safe.

What proposes is not trusted. A sentence is taken when it cites exactly what ours cites, has no figure,
verdict, negation or calibrated word that ours lacks, leaves out none of them, and keeps to the length; else
ours stands.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from release.audience.scales import LIKELIHOOD_WORDS, SEVERITIES
from release.base.canonical import canonical_bytes
from release.base.json_schema import COUNT, TEXT, Schema, closed, described, listed, output_schema
from release.base.record import Record
from release.reports.safe import clean
from release.reports.summary import BUDGET, Sentence
from release.reports.words import Words

REQUEST = "release-summary-request/1"
ANSWER = "release-summary/1"
_NUMBER = re.compile(r"\d+(?:[.,\u202f\u00a0 ]\d+)*")
_WORD = re.compile(r"[^\W\d_]+", re.UNICODE)
_ADDRESS = re.compile(r"https?:|www\.|@|\]\(|<|>", re.IGNORECASE)
_NUMERALS = frozenset(
    """
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
    seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred thousand million
    billion dozen half third quarter fifth tenth twice thrice double triple percent per cent most majority
    minority null zwei drei vier fünf sechs sieben acht neun zehn elf zwölf zwanzig hundert tausend milliarde
    halb hälfte drittel viertel doppelt prozent
    """.split()  # noqa: SIM905 - read more easily than one word a line
)
_NOT_REWORDED = frozenset({"claim", "figures"})
"""Levels of sentences that are the plan's own words and numbers."""

_NEGATIONS = frozenset({"no", "not", "none", "never", "without", "kein", "keine", "nicht", "nie", "ohne"})


class NoAnswer(Exception):
    """Nothing of an answer can be read; the message says why."""


class Reworded(Record):
    """A summary with the wording that was taken.

    Attributes:
        taken: how many sentences were taken.
        refused: ids of sentences that were not, with the reason.
    """

    summary: Sentence
    taken: int
    refused: tuple[tuple[str, str], ...] = ()


def request(summary: Sentence, words: Words) -> bytes:
    """Return what a summariser is given: each sentence, what it must cite, and the sentences below it."""
    sentences = [
        {
            "id": each.id,
            "level": each.level,
            "text": each.text,
            "cites": list(each.cites),
            "below": [one.id for one in each.below],
            "characters": BUDGET[each.level],
        }
        for each in summary.each()
        if _open(each)
    ]
    return canonical_bytes({"schema": REQUEST, "lang": words.lang, "sentences": sentences})


def request_schema() -> Schema:
    """Return the JSON Schema of `release-summary-request/1`."""
    sentence = closed(
        {
            "id": TEXT,
            "level": {"enum": [each for each in BUDGET if each not in _NOT_REWORDED]},
            "text": described(TEXT, "The tool's own wording."),
            "cites": listed(TEXT, "What the sentence rests on; a proposal cites the same."),
            "below": listed(TEXT, "Ids of the sentences that it sums up."),
            "characters": described(COUNT, "How long a proposal may be."),
        },
        "One sentence that may be worded otherwise.",
    )
    return output_schema(
        REQUEST,
        {"lang": described(TEXT, "Language of the report."), "sentences": listed(sentence)},
        "What a summariser gets on its standard input.",
    )


def answer_schema() -> Schema:
    """Return the JSON Schema of `release-summary/1`; further keys are left aside."""
    longest = max(size for level, size in BUDGET.items() if level not in _NOT_REWORDED)
    text = {**TEXT, "minLength": 1, "maxLength": longest}
    sentence = closed(
        {
            "id": described(TEXT, "Id of a sentence of the request, at most once each."),
            "text": described(text, "The proposal."),
            "cites": listed(TEXT, "Exactly what that sentence cites."),
        },
        "One proposal.",
    )
    found = output_schema(
        ANSWER,
        {"sentences": listed({**sentence, "additionalProperties": True}, "Proposals, for all or some.")},
        "What a summariser writes to its standard output.",
    )
    return {**found, "additionalProperties": True}


def reworded(summary: Sentence, answer: bytes, words: Words) -> Reworded:
    """Return a summary with what may be taken of an answer.

    Raises:
        NoAnswer: the answer as a whole is none.
    """
    proposals = _proposals(answer)
    refused: list[tuple[str, str]] = []
    texts: dict[str, str] = {}
    ours = {each.id: each for each in summary.each() if _open(each)}
    for name, proposal in proposals.items():
        if name not in ours:
            refused.append((name, "there is no such sentence"))
            continue
        text, why = _judged(ours[name], proposal, words)
        if why:
            refused.append((name, why))
        elif text != ours[name].text:
            texts[name] = text
    return Reworded(_with(summary, texts), len(texts), tuple(refused))


def _open(sentence: Sentence) -> bool:
    return sentence.level not in _NOT_REWORDED


def _proposals(answer: bytes) -> Mapping[str, Mapping[str, Any]]:
    try:
        found = json.loads(answer.decode("utf-8"), parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise NoAnswer("what it wrote is no JSON") from None
    if not isinstance(found, dict) or found.get("schema") != ANSWER:
        raise NoAnswer(f"what it wrote does not say that it is {ANSWER}")
    sentences = found.get("sentences")
    if not isinstance(sentences, list):
        raise NoAnswer("what it wrote has no list of sentences")
    named = [each for each in sentences if isinstance(each, dict) and isinstance(each.get("id"), str)]
    proposals = {each["id"]: each for each in named}
    if len(proposals) != len(sentences):
        raise NoAnswer("a sentence that it wrote has no id, or one that another has too")
    return proposals


def _no_constant(name: str) -> float:
    raise ValueError(name)


def _judged(ours: Sentence, proposal: Mapping[str, Any], words: Words) -> tuple[str, str]:
    """Return the text, or why it is not taken."""
    text, cites = proposal.get("text"), proposal.get("cites")
    if not isinstance(text, str) or not text.strip():
        return "", "it has no text"
    if not isinstance(cites, list) or not all(isinstance(each, str) for each in cites):
        return "", "it cites nothing"
    if set(cites) != set(ours.cites):
        return "", "it does not cite exactly what it must"
    if clean(text) != text or re.search(r"[\n\r\t]", text):
        return "", "it has signs that are not text"
    if len(text) > BUDGET[ours.level]:
        return "", "it is too long"
    if _ADDRESS.search(text):
        return "", "it has an address or markup"
    return text, _meaning(ours.text, text, words)


def _meaning(ours: str, text: str, words: Words) -> str:
    """Return why the meaning may differ: figures and calibrated words are compared, not understood."""
    if set(_NUMBER.findall(text)) - set(_NUMBER.findall(ours)):
        return "it adds a figure"
    here, there = _words(text), _words(ours)
    if (here & _NUMERALS) - there:
        return "it adds a figure in words"
    if any(character.isnumeric() and character not in ours for character in text):
        return "it adds a figure"
    measured = _calibrated(words)
    if (here & measured) - there:
        return "it adds a calibrated word"
    if (here & _NEGATIONS) != (there & _NEGATIONS):
        return "it adds or leaves out a negation"
    if (there & measured) - here:
        return "it leaves out a verdict or calibrated word"
    lost = {each for each in _NUMBER.findall(ours) if each not in _NUMBER.findall(text)}
    return "it leaves out a figure" if lost else ""


def _words(text: str) -> set[str]:
    return {each.lower() for each in _WORD.findall(text)}


def _verdicts(words: Words) -> set[str]:
    shown = (words.term("verdict", each) for each in ("go", "hold", "no-go"))
    return _words(" ".join(shown))


def _calibrated(words: Words) -> set[str]:
    shown = [words.term("likelihood", each) for each in LIKELIHOOD_WORDS]
    shown += [words.term("severity", each) for each in SEVERITIES]
    shown += [words(f"overview.evidence.{each}") for each in ("limited", "medium", "robust")]
    shown += [words("missing.unknown"), words("missing.undisclosed")]
    scale = _words(" ".join(shown)) - _words(words("overview.evidence.limited").split()[-1])
    return (
        scale | _verdicts(words) | {"safe", "certain", "certainly", "proven", "proves", "sicher", "bewiesen"}
    )


def _with(sentence: Sentence, texts: Mapping[str, str]) -> Sentence:
    below = tuple(_with(each, texts) for each in sentence.below)
    if sentence.id in texts:
        return replace(sentence, text=texts[sentence.id], below=below, proposed=True)
    return replace(sentence, below=below)
