"""The same from Python: read plans, judge them, write reports; nothing here prints or exits.

>>> import release
>>> result = release.check("templates/plans/gpt-2", at="2019-11-04")  # doctest: +SKIP
>>> result.verdict  # doctest: +SKIP
'hold'
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from release.base.dates import Moment, end_of, normal
from release.base.errors import ErrorCollector, InputError, InvalidInput, Position
from release.base.findings import Finding
from release.base.nearest import nearest
from release.base.record import Record
from release.base.visible import quoted, visible
from release.evidence.kind_results import KindResults
from release.gate.judge import PolicyOptions, judge
from release.gate.judgement import Judgement, Verdict, worst
from release.plan.plan import Plan
from release.plan.read import read_plan
from release.policy.force import PolicySet, policy_set

if TYPE_CHECKING:
    from release.analysis.case import Case
    from release.analysis.report_rules import ReportRules
    from release.audience.history import Past
    from release.reports.model import Report
    from release.reports.render import Rendered
    from release.reports.words import Words

__all__ = [
    "REPORT_FORMATS",
    "Check",
    "PolicyOptions",
    "ReportLook",
    "ReportRefused",
    "check",
    "find_plans",
    "judge",
    "judge_all",
    "judge_each",
    "known_audience",
    "load_plan",
    "plan_schema",
    "plan_schema_text",
    "render_report",
    "render_report_index",
    "report",
    "report_past",
]

PLAN_FILE = "release.yaml"
NOTES = 20
Summariser = Callable[[bytes], bytes]
Kept = TypeVar("Kept")
REPORT_FORMATS = ("html", "md", "pdf", "json")


@dataclass(frozen=True, slots=True)
class Check:
    """Plans judged at one date.

    Attributes:
        judgements: one per plan, in the order of the paths given and of file names below them.
        verdict: the worst plan's.
    """

    judgements: tuple[Judgement, ...]

    @property
    def verdict(self) -> Verdict:
        """The worst plan's verdict."""
        return worst([judgement.verdict for judgement in self.judgements])


class ReportLook(Record):
    """How a report is written.

    Attributes:
        report_format: one of `REPORT_FORMATS`.
        lang: the language of its own words; what the plan says stays as it is written.
        template: a folder of templates that stand in for shipped ones of the same name.
        summariser: may propose the wording of the summary: from a request to an answer, both JSON. None of
            it is trusted; what adds or drops a figure, a verdict or a citation is not taken.
        strict: whether a report that fails an error of the rules of reports is refused.
    """

    report_format: str = "html"
    lang: str = "en"
    template: str | None = None
    summariser: Summariser | None = None
    strict: bool = False


class ReportRefused(Exception):
    """A report that was to be strict, and fails a rule of reports; nothing of it is written.

    Attributes:
        findings: the errors that fail, as far as the audience may know of them.
    """

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__(f"the report has {len(findings)} errors by the rules of reports")
        self.findings = tuple(findings)


def load_plan(path: str | os.PathLike[str], *, shown: str | None = None, at: str | None = None) -> Plan:
    """Read and validate the plan at `path`, a release folder or its YAML file.

    Args:
        path: the folder or file.
        shown: another name for it in messages, as for a copy of a revision.
        at: the date that will be judged, where it is not today; only a later one matters.

    Raises:
        InvalidInput: the plan is wrong; all its errors at once, each with its place.
    """
    if shown is not None and shown != os.fspath(path):
        return _read(Path(path), shown, date_of(at), policy_set)
    found = find_plans([os.fspath(path)])
    if len(found) > 1:
        places = ", ".join(shown for _, shown in found[:3])
        hint = "name one of them"
        raise InvalidInput(
            [InputError("IN-085", f"there are {len(found)} plans below {path}: {places}", None, hint)]
        )
    return _read(*found[0], date_of(at), policy_set)


def _read(path: Path, shown: str, at: Moment, further: Callable[[Plan], object]) -> Plan:
    """Read a plan to judge it at a date. What it says of its stages has to be true now, not in the past."""
    latest = max(at, date_of(None))
    return read_plan(path, shown=shown, known=KindResults(), latest=latest, further=further)


def check(
    *paths: str | os.PathLike[str],
    at: str | None = None,
    policies: Sequence[str] = (),
    params: Mapping[str, str] | None = None,
    locked: bool = False,
) -> Check:
    """Judge the plans at `paths` as of a date.

    Args:
        paths: release folders, folders of release folders, or plan files.
        at: ISO date; nothing that was known only later is used. Today (UTC) when not given.
        policies: further packs, by id or file.
        params: `pack.name` to the text of a value, as `--param` takes it.
        locked: a stale or missing lock fails.

    Raises:
        InvalidInput: a plan, a pack or an argument is wrong; then nothing was judged.
    """
    options = PolicyOptions(tuple(policies), dict(params or {}), locked=locked)
    return judge_all(
        find_plans([os.fspath(path) for path in paths]), date_of(at), explicit=at is not None, options=options
    )


def judge_all(
    found: Sequence[tuple[Path, str]],
    at: Moment,
    *,
    explicit: bool,
    options: PolicyOptions | Callable[[str], PolicyOptions],
) -> Check:
    """Read and judge every plan.

    Args:
        found: path and path as shown of each plan.
        at: the date judged.
        explicit: whether the date was given.
        options: packs and parameters, or what gives them for a plan's path as shown.

    Raises:
        InvalidInput: a plan or a pack is wrong; the errors of all of them.
    """
    return Check(judge_each(found, at, explicit=explicit, options=options, keep=lambda judged: judged))


def judge_each(
    found: Sequence[tuple[Path, str]],
    at: Moment,
    *,
    explicit: bool,
    options: PolicyOptions | Callable[[str], PolicyOptions],
    keep: Callable[[Judgement], Kept],
) -> tuple[Kept, ...]:
    """Read and judge one plan after the other, and keep of each only what is asked for.

    Args:
        found: path and path as shown of each plan.
        at: the date judged.
        explicit: whether the date was given.
        options: packs and parameters, or what gives them for a plan's path as shown.
        keep: what to keep of a judgement, so that many plans need no more memory than what is said of them.

    Raises:
        InvalidInput: a plan or a pack is wrong; the errors of all of them.
    """
    problems = ErrorCollector()
    kept: list[Kept] = []

    def options_of(plan: Plan) -> PolicyOptions:
        return options if isinstance(options, PolicyOptions) else options(plan.path)

    def put_in_force(plan: Plan) -> PolicySet:
        own = options_of(plan)
        return policy_set(plan, own.policies, own.params)

    for path, shown in found:
        try:
            plan = _read(path, shown, at, put_in_force)
            own = options_of(plan)
            kept.append(keep(judge(plan, at, explicit=explicit, options=own)))
        except InvalidInput as invalid:
            problems.extend(invalid)
    problems.raise_if_any()
    return tuple(kept)


def report(
    path: str | os.PathLike[str],
    *,
    audience: str = "internal",
    at: str | None = None,
    policies: Sequence[str] = (),
    params: Mapping[str, str] | None = None,
    look: ReportLook | None = None,
) -> str | bytes:
    """Return the report on the plan at `path` that one audience may see.

    Args:
        path: a release folder or its plan file.
        audience: `public`, `partner:<id>` or `internal`.
        at: ISO date; today (UTC) when not given.
        policies: further packs, by id or file.
        params: pack parameters.
        look: format, language and templates; an English page when not given.

    Returns:
        Text, or the bytes of a PDF.

    Raises:
        InvalidInput: the plan, a pack or an argument is wrong.
    """
    from release.analysis.case import case_of
    from release.analysis.report_rules import report_rules

    options = PolicyOptions(tuple(policies), dict(params or {}))
    plan = load_plan(path, at=at)
    case = case_of(plan, date_of(at), explicit=at is not None, options=options)
    rules = report_rules(case, options)
    seen_by = known_audience(plan, audience)
    past = report_past(case)
    return render_report(case.judgement(), seen_by, look or ReportLook(), rules, past=past).content


def report_past(case: Case) -> Past:
    """Return what tells, for a report, how the verdicts of a plan came to be and what was decided.

    Args:
        case: the plan with its packs, at the date of the report; its ledger is read from its folder.

    Raises:
        InvalidInput: the ledger cannot be read.
    """
    from release.audience.history import past_of
    from release.ledger.chain import read_chain
    from release.ledger.entry import LEDGER_FILE

    return past_of(case, read_chain(case.plan.folder / LEDGER_FILE, LEDGER_FILE))


def render_report(
    judgement: Judgement,
    audience: str,
    look: ReportLook,
    rules: ReportRules | None = None,
    *,
    earlier: Judgement | None = None,
    past: Past | None = None,
) -> Rendered:
    """Render what `audience` may see of a judgement.

    Args:
        judgement: one plan judged at one date.
        audience: who it is for.
        look: how it is written.
        rules: what judges the report itself; what fails is among its limits.
        earlier: the same plan judged at an earlier date, to be laid beside it.
        past: tells how the verdicts came to be, as `report_past` does.

    Raises:
        ReportRefused: it was to be strict, and fails.
        InvalidInput: there is no such format or language, the folder of templates cannot be used,
            or what draws a PDF is not installed.
    """
    from release.audience.project import project
    from release.reports.compare import compared
    from release.reports.model import build, with_history
    from release.reports.own_templates import faults_told, templates_in
    from release.reports.pdf import PdfUnavailable
    from release.reports.render import render

    words = _words(look)
    made = build(project(judgement, audience), words)
    if past is not None:
        made = with_history(made, past(made.view), words)
    if earlier is not None:
        made = replace(made, compared=compared(project(earlier, audience), made.view, words))
    if rules is not None:
        made = _judged(made, judgement, words, rules, strict=look.strict)
    notes: tuple[str, ...] = ()
    if look.summariser is not None and made.overview is not None:
        made, notes = _reworded(made, words, look.summariser)
    own = None if look.template is None else templates_in(look.template)
    told = nullcontext() if look.template is None else faults_told(look.template)
    try:
        with told:
            rendered = render(made, words, look.report_format, own)
    except PdfUnavailable as error:
        raise InvalidInput([InputError("IN-099", error.reason, None, error.hint)]) from None
    return rendered.but(notes=(*notes, *rendered.notes), report=made)


def render_report_index(reports: Sequence[tuple[Rendered, str]], lang: str) -> str:
    """Return a page that leads to reports for one audience, each given with the name of its file."""
    from release.reports.html import audience_text
    from release.reports.index import Entry, render_index
    from release.reports.words import read_words

    words = read_words(lang)
    entries = [Entry(each.report, file) for each, file in reports if each.report is not None]
    named = {audience_text(each.report.view, words) for each in entries}
    return render_index(entries, min(named), words)


def _judged(made: Report, judgement: Judgement, words: Words, rules: ReportRules, *, strict: bool) -> Report:
    """Return a report with the rules that it fails among its limits."""
    from release.audience.reported import reported_items
    from release.reports.claims import claims, limits_of, report_facts

    audience = made.view.audience
    facts = report_facts(made, words, reported_items(judgement, made.view), judgement.digest)
    findings = [each for each in rules(facts, claims(made)) if each.label.visible_to(audience)]
    failing = [each for each in findings if each.status == "fail" and each.severity == "error"]
    if strict and failing:
        raise ReportRefused(failing)
    return replace(made, limits=(*made.limits, *limits_of(findings, audience, words)))


def _reworded(made: Report, words: Words, summariser: Summariser) -> tuple[Report, tuple[str, ...]]:
    from release.reports.rewording import NoAnswer, request, reworded

    if made.overview is None:
        return made, ()
    try:
        found = reworded(made.overview, summariser(request(made.overview, words)), words)
    except NoAnswer as error:
        return made, (f"summariser: {error}; the summary is the tool's own",)
    told = [f"summariser: {visible(name)} is not taken: {why}" for name, why in found.refused[:NOTES]]
    return replace(made, overview=found.summary), (*told, f"summariser: {found.taken} sentences are taken")


def _words(look: ReportLook) -> Words:
    from release.reports.words import UnknownLanguage, read_words

    if look.report_format not in REPORT_FORMATS:
        hint = f"one of {', '.join(REPORT_FORMATS)}"
        message = f"there is no report format {quoted(look.report_format)}"
        raise InvalidInput([InputError("IN-088", message, None, hint)])
    try:
        return read_words(look.lang)
    except UnknownLanguage as unknown:
        hint = f"there are {', '.join(unknown.known)}"
        message = f"no report is written in {quoted(look.lang)}"
        raise InvalidInput([InputError("IN-088", message, None, hint)]) from None


def known_audience(plan: Plan, audience: str) -> str:
    """Return `audience` if it is one: `public`, `internal`, or `partner:` and a partner of the plan.

    Raises:
        InvalidInput: it is none. The nearest one is named, but never all partners.
    """
    return audience_among([{partner["id"] for partner in plan.data.get("partners", ())}], audience)


def audience_among(partners: Sequence[Collection[str]], audience: str) -> str:
    """Return `audience` if it is one of some plan: who has a hand in one of them sees nothing of the others.

    Args:
        partners: ids of the partners of each plan.
        audience: the audience asked for.

    Raises:
        InvalidInput: it is none. The nearest one is named, but never all partners.
    """
    known = ["public", "internal", *(f"partner:{each}" for each in sorted(set().union(*partners)))]
    if audience in known:
        return audience
    near = nearest(audience, known)
    hint = "write public, internal, or partner: and the id of a partner of the plan"
    if near is not None:
        hint = f"did you mean '{near}'?"
    whose = "this plan" if len(partners) == 1 else "these plans"
    raise InvalidInput([InputError("IN-088", f"{quoted(audience)} is no audience of {whose}", None, hint)])


def date_of(text: str | None) -> Moment:
    """Return the date to judge: the one given, else today in UTC; the one place where the clock is read."""
    if text is None:
        return end_of(datetime.now(UTC).date())
    try:
        return normal(text)
    except ValueError as error:
        message = f"{quoted(text)} is no date to judge at: {error}"
        hint = "write a date such as 2019-11-04"
        raise InvalidInput([InputError("IN-086", message, None, hint)]) from None


def find_plans(paths: Sequence[str]) -> list[tuple[Path, str]]:
    """Return (path, path as shown) of every plan at or below `paths`, each once, folders in byte order.

    Raises:
        InvalidInput: a path does not exist, or no plan is at or below it.
    """
    problems = ErrorCollector()
    found: dict[Path, str] = {}
    for written in paths:
        if not written:
            hint = f"give a release folder or its {PLAN_FILE}"
            problems.add("IN-085", "an empty path names no plan", None, hint)
            continue
        path = Path(written)
        places = list(_below(path, written)) if path.is_dir() else [(path, written)]
        if not path.exists():
            problems.add(
                "IN-085", f"{written} does not exist", None, "give a release folder or its release.yaml"
            )
        elif not places:
            place = Position(written)
            problems.add(
                "IN-085", f"there is no {PLAN_FILE} in {written} or below it", place, "run `release init`"
            )
        else:
            for each, shown in places:
                found.setdefault(each.resolve(), shown)
    problems.raise_if_any()
    return list(found.items())


def _below(folder: Path, shown: str) -> Iterator[tuple[Path, str]]:
    own = folder / PLAN_FILE
    if own.is_file():
        yield own, os.path.join(shown, PLAN_FILE)  # noqa: PTH118 - keeps `./x` as it was typed
        return
    names = sorted(entry.name for entry in os.scandir(folder) if entry.is_dir(follow_symlinks=False))
    for name in names:
        if not name.startswith("."):
            yield from _below(folder / name, os.path.join(shown, name))  # noqa: PTH118 - likewise


def plan_schema() -> dict[str, Any]:
    """Return the JSON Schema of a plan, with the evidence kinds that there are."""
    from release.plan import schema

    return schema.plan_schema(KindResults())


def plan_schema_text() -> str:
    """Return the JSON Schema of a plan as it is written beside a new plan."""
    return json.dumps(plan_schema(), indent=1, ensure_ascii=False) + "\n"
