"""The functions that rules have beside those of CEL: how they are called and what they mean."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from release.base.dates import moment
from release.base.labels import label_of
from release.base.record import Record
from release.policy.figures import fact, has_slice, result
from release.policy.frame import Frame, called, fault
from release.policy.funding import developer_funds, plan_list
from release.policy.independence import independent
from release.policy.operators import Value, instant, is_number, no_overload
from release.policy.vocabulary import FieldType

_DATES: Final[tuple[FieldType, ...]] = ("date", "string")


class Function(Record):
    """One function.

    Attributes:
        overloads: (types of the arguments, type of the result) of each way to call it; `("variable", name)`
            is the type of that variable, whatever it is called.
        text: one sentence for the documentation.
        signature: how it is called, for messages.
        call: what it does with the frame and its arguments; None for `known`, which looks at its argument
            unevaluated.
    """

    name: str
    signature: str
    text: str
    overloads: tuple[tuple[tuple[FieldType, ...], FieldType], ...]
    call: Callable[..., Value] | None


SCALES: Final[tuple[tuple[str, ...], ...]] = (
    ("negligible", "limited", "serious", "severe", "critical"),
    ("remote", "unlikely", "even", "likely", "almost-certain"),
    ("low", "moderate", "high"),
    ("low", "middle", "advanced"),
)
_RANKS: Final[Mapping[str, int]] = {word: rank for scale in SCALES for rank, word in enumerate(scale)}
ACCESS_LEVELS: Final = ("closed", "gradual", "hosted", "api", "downloadable", "open")


def _days(_frame: Frame, start: Value, end: Value) -> int:
    return (instant(end).date() - instant(start).date()).days


def _date(_frame: Frame, text: Value) -> Value:
    return instant(text)


def _rank(_frame: Frame, word: Value) -> int:
    return _place(_RANKS, word, "ordinal scale")


def _access_rank(_frame: Frame, level: Value) -> int:
    return _place({word: rank for rank, word in enumerate(ACCESS_LEVELS)}, level, "scale of access levels")


def _place(ranks: Mapping[str, int], word: Value, scale: str) -> int:
    if word.__class__ is str and word in ranks:
        return ranks[word]
    raise fault(f"'{str(word)[:40]}' is on no {scale}")


def _audience_rank(_frame: Frame, words: Value) -> int:
    if words.__class__ is str or (words.__class__ is list and all(each.__class__ is str for each in words)):
        return label_of(words).rank
    raise no_overload("audience_rank", words)


def _approx(_frame: Frame, value: Value, reference: Value, relative: Value) -> bool:
    if not (is_number(value) and is_number(reference) and is_number(relative)):
        raise no_overload("approx", value, reference, relative)
    return bool(abs(value - reference) <= relative * abs(reference))


def _active(frame: Frame, mitigation: Value, date: Value) -> bool:
    """Tell whether a mitigation is in place on a date.

    Its dates decide where it has them. One in place without `since` has been so for all that is known; one
    that was removed counts up to its `until`, and without one not at all.
    """
    on = instant(date)
    status = fact(frame, mitigation, "status")
    since = fact(frame, mitigation, "since", needed=False)
    until = fact(frame, mitigation, "until", needed=False)
    if status == "planned" or (since is not None and instant(since) > on):
        return False
    if until is not None:
        return bool(on <= instant(until))
    return bool(status == "in-place")


def _covered_days(frame: Frame, monitoring: Value, stage: Value) -> int:
    """Return the days that the observations of a stage cover, overlaps counted once.

    An observation covers `days(from, to)`; where one ends and the next begins on the following day, they are
    one.
    """
    spans = []
    watched = f"{called(monitoring) or 'monitoring'}.observations"
    for index, each in enumerate(fact(frame, monitoring, "observations", needed=False) or ()):
        shown = f"{watched}[{index}]"
        if fact(frame, each, "stage", needed=False, shown=shown) == stage:
            spans.append(tuple(moment(fact(frame, each, end, shown=shown)).day for end in ("from", "to")))
            if frame.trace is not None:
                frame.trace.read(each)
    total = 0
    last = None
    for start, end in sorted(spans):
        if last is None or (start - last).days > 1:
            total += max(0, (end - start).days)
            last = end
        elif end > last:
            total += (end - last).days
            last = end
    return total


def _digests(frame: Frame, stages: Value) -> list[str]:
    """Return the digests of the checkpoints of the variants of some stages, given as objects or ids."""
    if stages.__class__ is not list:
        raise no_overload("digests", stages)
    wanted = {each.get("id") if each.__class__ is dict else each for each in stages}
    found: list[str] = []
    for stage in plan_list(frame, "stages"):
        if frame.trace is not None:
            frame.trace.look(stage, "id")
        if stage.get("id") not in wanted:
            continue
        for variant in fact(frame, stage, "variants", needed=False) or ():
            checkpoints = fact(frame, variant, "checkpoints", needed=False) or ()
            named = f"{called(variant) or 'variant'}.checkpoints"
            found.extend(
                fact(frame, checkpoint, "sha256", shown=f"{named}[{index}]")
                for index, checkpoint in enumerate(checkpoints)
            )
    return found


def _attested(frame: Frame, name: Value) -> bool:
    """Tell what an attestation in force says; `not applicable` counts as yes, since it was answered."""
    at = instant(frame.names.get("at"))
    why = "there is none"
    for each in plan_list(frame, "attestations"):
        if frame.trace is not None:
            frame.trace.look_at_all(each)
        if each.get("id") != name:
            continue
        if frame.trace is not None:
            frame.trace.read(each)
        lacking = [field for field in ("answer", "by", "on") if field not in each]
        if lacking:
            why = f"without {' and '.join(lacking)}"
        elif instant(each["on"]) > at:
            why = f"dated {each['on']}"
        elif "until" in each and instant(each["until"]) < at:
            why = f"expired {each['until']}"
        elif "until" in each.get("$unknown", ()):
            why = "until when is unknown"
        else:
            answer = each["answer"]
            return answer is not False and str(answer).casefold() != "no"
    raise frame.lacks(f"attestation '{name}' ({why})")


_STATISTIC: Final[FieldType] = ("object", "Statistic")
_BY: Final[FieldType] = ("map", "dyn")
_STAGES: Final[FieldType] = ("list", ("variable", "stage"))
_EVIDENCE: Final[FieldType] = ("list", ("variable", "evidence"))

FUNCTIONS: Final[Mapping[str, Function]] = {
    each.name: each
    for each in (
        Function(
            "known",
            "known(field)",
            "True when a field is there and not written `unknown` or `undisclosed`, else false.",
            ((("A",), "bool"),),
            None,
        ),
        Function(
            "days",
            "days(date, date)",
            "Whole UTC days from the first date to the second, negative when the second is earlier.",
            tuple(((first, second), "int") for first in _DATES for second in _DATES),
            _days,
        ),
        Function(
            "date",
            "date(text)",
            "The moment that an ISO date or date-time means.",
            ((("string",), "date"),),
            _date,
        ),
        Function(
            "rank",
            "rank(word)",
            "Place of a word on its scale, from 0: severity, likelihood, low to high, tiers of actors.",
            ((("string",), "int"),),
            _rank,
        ),
        Function(
            "access_rank",
            "access_rank(level)",
            "Place of an access level: closed 0, gradual 1, hosted 2, api 3, downloadable 4, open 5.",
            ((("string",), "int"),),
            _access_rank,
        ),
        Function(
            "audience_rank",
            "audience_rank(audience)",
            "public 0, partner 1, internal 2; of a list the strictest.",
            ((("string",), "int"), ((("list", "string"),), "int")),
            _audience_rank,
        ),
        Function(
            "approx",
            "approx(value, reference, relative)",
            "True when the value differs from the reference by at most that part of it.",
            ((("dyn", "dyn", "dyn"), "bool"),),
            _approx,
        ),
        Function(
            "active",
            "active(mitigation, date)",
            "True when a mitigation is in place on a date, by its status, since and until.",
            tuple(((("variable", "mitigation"), date), "bool") for date in _DATES),
            _active,
        ),
        Function(
            "covered_days",
            "covered_days(monitoring, stage id)",
            "Days that a signal's observations of a stage cover, overlaps counted once.",
            (((("variable", "monitoring"), "string"), "int"),),
            _covered_days,
        ),
        Function(
            "has_slice",
            'has_slice(evidence, "result", {"key": value})',
            "True when evidence gives a result for a part of its rows; within a stage, for that stage.",
            (((("variable", "evidence"), "string", _BY), "bool"),),
            has_slice,
        ),
        Function(
            "result",
            'result(evidence, "result", {"key": value})',
            "A figure of a part of the rows; in the context of a stage, that stage's own.",
            (((("variable", "evidence"), "string", _BY), _STATISTIC),),
            result,
        ),
        Function(
            "digests",
            "digests(stages)",
            "Digests of the checkpoints of some stages, given as objects or ids.",
            (((("list", "string"),), ("list", "string")), ((_STAGES,), ("list", "string"))),
            _digests,
        ),
        Function(
            "partner_funded",
            "partner_funded(name)",
            "True when a partner of that name has funding from the developer.",
            ((("string",), "bool"),),
            developer_funds,
        ),
        Function(
            "independent",
            "independent(evidence, least, stage id)",
            "True when so many bodies, independent of the developer and of each other (evaluator, funder, "
            "co-authors, signer, rows), stand behind evidence; of a stage, where one is named.",
            (
                ((_EVIDENCE, "int"), "bool"),
                ((_EVIDENCE, "int", "string"), "bool"),
            ),
            independent,
        ),
        Function(
            "attested",
            "attested(id)",
            "What a dated, named and unexpired attestation says; missing when there is none.",
            ((("string",), "bool"),),
            _attested,
        ),
    )
}

FUNCTIONS_OF_CEL: Final = (
    *("size", "contains", "startsWith", "endsWith", "matches", "int", "double", "string", "bool", "dyn"),
    *("timestamp", "duration", "has", "all", "exists", "exists_one", "map", "filter"),
    *(
        "getDate",
        "getDayOfMonth",
        "getDayOfWeek",
        "getDayOfYear",
        "getFullYear",
        "getHours",
        "getMilliseconds",
    ),
    *("getMinutes", "getMonth", "getSeconds"),
)
