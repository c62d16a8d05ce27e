"""The JSON Schemas of what an outside critic is told, and of what it may answer."""

from __future__ import annotations

from typing import Final

from release.audience.scales import SEVERITIES
from release.base.json_schema import TEXT, Schema, closed, described, listed, or_null, output_schema
from release.base.limits import CRITIQUES, PROSE_CHARACTERS
from release.formats._critique import FIGURE_KEYS, REQUEST
from release.formats._schema_parts import DATE_JUDGED

RESPONSE: Final = "release-critic-response/1"


def critic_request_schema() -> Schema:
    """Return the JSON Schema of `release-critic-request/1`."""
    number = {"type": ["number", "null"]}
    figure = closed(
        {
            "result": described(TEXT, "Name of the figure."),
            "by": {
                "type": "object",
                "description": "What it is of, such as {stage: xl}; empty for all rows.",
                "additionalProperties": TEXT,
            },
            **dict.fromkeys(FIGURE_KEYS, number),
            "unit": TEXT,
        },
        "A figure of the claim.",
        optional=FIGURE_KEYS,
    )
    claim = closed(
        {
            "id": described(TEXT, "`kind:id`; the answer names it under `of`."),
            "text": TEXT,
            "evidence": listed(TEXT, "Ids of the evidence behind it that may be seen."),
            "figures": listed(figure, "Figures of an evidence item."),
        },
        "One claim.",
    )
    return output_schema(
        REQUEST,
        {
            "plan": described(TEXT, "Id of the plan."),
            "title": TEXT,
            "at": DATE_JUDGED,
            "stage": or_null(described(TEXT, "The stage whose verdict weighs the claims.")),
            "claims": listed(claim, "The claims that the audience may see."),
        },
        "What a critic gets on its standard input.",
    )


def critic_response_schema() -> Schema:
    """Return the JSON Schema of `release-critic-response/1`."""
    said = {**TEXT, "minLength": 1, "maxLength": PROSE_CHARACTERS}
    critique = closed(
        {
            "of": described(TEXT, "Id of a claim that it was told."),
            "text": described(said, "What is wrong."),
            "severity": {"enum": list(SEVERITIES), "description": "How wrong it is."},
        },
        "One critique.",
    )
    return output_schema(
        RESPONSE,
        {"critiques": listed(critique, "Shown beside what the tool found.", maxItems=CRITIQUES)},
        "What a critic writes to its standard output.",
    )
