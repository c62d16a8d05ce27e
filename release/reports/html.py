"""One self-contained HTML page: no script runs, nothing is fetched, every value is escaped on its way out."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, MutableMapping, Sequence
from functools import cache, partial
from typing import TYPE_CHECKING, Any, Final

from release.audience.view import AudienceView
from release.base.record import Record
from release.base.resources import data
from release.reports import history, lines, parts, safe, sheets, tables
from release.reports.model import Report, build, bundled
from release.reports.objects import object_href
from release.reports.own_templates import shipped_names
from release.reports.palette import DARK, LIGHT
from release.reports.prose import prose
from release.reports.stored_templates import shipped_code
from release.reports.twin import report_json
from release.reports.words import Words, read_words

if TYPE_CHECKING:
    from jinja2 import Environment
    from jinja2.sandbox import ImmutableSandboxedEnvironment
    from markupsafe import Markup

SECTIONS = (
    *(
        "decision",
        "overview",
        "changes",
        "history",
        "stages",
        "risks",
        "mitigations",
        "partners",
        "evidence",
        "monitoring",
    ),
    *("events", "findings", "critiques", "not-known", "limits", "again", "sources"),
)


PROPOSAL: Final = 420
"""A summary of at most so many signs stands above the decision; a longer one would push it off the screen."""


def render_html(
    view: AudienceView,
    *,
    lang: str = "en",
    templates: Callable[[str], str | None] | None = None,
    words: Words | None = None,
) -> str:
    """Return the report of one audience as a page.

    Args:
        view: what the audience may see; a report has nothing else to draw on.
        lang: the language of our own words; what the plan says stays as it is written.
        templates: from a template's name to a text that stands in for the shipped one, or None.
        words: the words themselves, where they are not those shipped for `lang`.

    Raises:
        UnknownLanguage: no words are shipped for `lang`.
    """
    words = words or read_words(lang)
    return page_of(build(view, words), words, templates)


def page_of(
    report: Report,
    words: Words,
    templates: Callable[[str], str | None] | None = None,
    *,
    faces: Sequence[Face] = (),
) -> str:
    """Return a report as a page.

    Args:
        report: the report.
        words: the words of its language.
        templates: as for `render_html`.
        faces: fonts to embed, for paper; without them the reader's own are used.
    """
    page = environment_of(templates).get_template("report.html.j2")
    return page.render(**_context(report, words), faces=faces) + "\n"


def environment_of(templates: Callable[[str], str | None] | None) -> ImmutableSandboxedEnvironment:
    """Return what renders templates: the shipped ones, with those of somebody's own in their place."""
    return _shipped() if templates is None else _environment(templates)


class Face(Record):
    """A font that a page embeds.

    Attributes:
        weights: from which weight to which it stands for.
        source: a `data:` address.
    """

    family: str
    weights: str
    source: str


def embedded_json(value: object) -> Markup:
    """Return JSON that can stand inside a script element: nothing in it opens or closes markup."""
    from markupsafe import Markup

    text = json.dumps(value, sort_keys=True, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    escapes = {ord(each): f"\\u{ord(each):04x}" for each in "<>&\u2028\u2029"}
    return Markup(text.translate(escapes))  # noqa: S704 - every sign with a meaning is escaped


@cache
def _shipped() -> ImmutableSandboxedEnvironment:
    """Return the environment of the shipped templates, compiled once for all reports of a process."""
    return _environment(None)


def _environment(templates: Callable[[str], str | None] | None) -> ImmutableSandboxedEnvironment:
    from jinja2 import FunctionLoader, StrictUndefined, Template
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    folder = data("templates") / "reports" / "html"

    def load(name: str) -> str | None:
        own = templates(name) if templates is not None else None
        if own is not None:
            return own
        if name not in shipped_names():
            return None
        return (folder / name).read_text(encoding="utf-8")

    class Loader(FunctionLoader):
        """Gives the stored code of what is shipped, and compiles the rest."""

        def load(
            self,
            environment: Environment,
            name: str,
            globals: MutableMapping[str, Any] | None = None,  # noqa: A002
        ) -> Template:
            source, _, _ = self.get_source(environment, name)
            code = shipped_code()(name, source)
            if code is None:
                code = environment.compile(source, name, None)
            return environment.template_class.from_code(environment, code, globals or {}, None)

    return ImmutableSandboxedEnvironment(
        autoescape=True,
        undefined=StrictUndefined,
        loader=Loader(load),
        auto_reload=False,
        finalize=_clean,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _clean(value: object) -> object:
    return safe.clean(value) if type(value) is str else value


def _prose(text: str) -> Markup:
    from markupsafe import Markup

    return Markup(prose(text))  # noqa: S704 - `prose` returns what its allow-list leaves


def _context(report: Report, words: Words) -> dict[str, Any]:
    view = report.view
    titles = {stage.id: stage.title for stage in view.stages}
    href = object_href(view)
    return {
        "report": report,
        "view": view,
        "t": words,
        "sections": SECTIONS,
        "audience": audience_text(view, words),
        "proposal": 0 < len(view.content.summary) <= PROPOSAL,
        "tiles": tiles(report),
        "with_findings": frozenset(stage for stage, _ in report.findings),
        "stage_details": {stage.id: stage for stage in view.content.stages},
        "stage_title": lambda name: titles.get(name, name),
        "variants": {each.id: each for each in view.content.variants},
        "first_use": _first_use(view).get,
        "actors": {each.id: each for each in view.content.actors},
        "events": sorted(view.content.events, key=lambda each: (not each.date, each.date)),
        "object_href": href,
        "about_finding": lambda entry: lines.about_finding(words, entry, href),
        "about_case": lambda entry: lines.about_case(words, entry, href),
        "message_of": lines.message_of,
        "bundled": bundled,
        "command": command(view),
        "colours": LIGHT,
        "light": tuple(LIGHT.items()),
        "dark": tuple(DARK.items()),
        "twin": embedded_json(report_json(report)),
        "prose": _prose,
        "anchor": safe.anchor,
        "citation": parts.citation,
        **{name: partial(function, words) for name, function in _FUNCTIONS.items()},
    }


_FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    function.__name__: function
    for function in (
        *(
            parts.missing,
            parts.dated,
            lines.waived,
            lines.attested,
            lines.critique_meta,
            lines.answer_meta,
            lines.response_line,
            lines.about_rule,
        ),
        *(lines.event_line, lines.source_places, lines.again_sheet, sheets.stage_sheet, sheets.variant_sheet),
        *(sheets.risk_sheet, sheets.assessment_sheet, sheets.benefit_sheet, sheets.cited_line),
        *(sheets.mitigation_sheet, sheets.partner_sheet, sheets.finding_line, sheets.evidence_sheet),
        *(sheets.monitoring_sheet, tables.risk_table, tables.benefit_table, tables.change_table),
        *(tables.figure_table, tables.sighting_table, tables.approval_table, tables.gap_table),
        *(tables.parameter_table, history.decision_table, history.history_lines),
    )
}
"""What templates may ask for of the model, by name; each is given the words."""


def audience_text(view: AudienceView, words: Words) -> str:
    """Return an audience as people read it; a partner by its name where the audience may see it."""
    kind, _, name = view.audience.partition(":")
    partners = {each.id: each.name for each in view.content.partners}
    return words(f"audience.{kind}", name=partners.get(name) or name)


def command(view: AudienceView) -> str:
    """Return the command that makes this report again."""
    return f"release report PLAN --audience {view.audience} --at {view.at}"


def tiles(report: Report) -> tuple[tuple[str, int, str], ...]:
    """Return the counts that stand beside the decision: name, count, and where it leads."""
    counts = report.view.summary
    found = [
        ("failed", counts.failed, "#findings"),
        ("unknown", counts.unknown, "#findings"),
        ("waived", counts.waived, "#findings"),
        ("missing", report.missing, "#not-known"),
    ]
    if report.view.withheld:
        found.append(("withheld", report.view.withheld, "#limits"))
    return tuple(found)


def _first_use(view: AudienceView) -> Mapping[str, str]:
    """Return for each variant the first stage that shows it, under which it has its place on the page."""
    first: dict[str, str] = {}
    shown = {each.id for each in view.content.variants}
    for stage in view.content.stages:
        for link in stage.variants:
            if link.id in shown:
                first.setdefault(link.id, stage.id)
    return first
