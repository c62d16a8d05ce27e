"""What an export is."""

from __future__ import annotations

from collections.abc import Callable

from release.audience.view import AudienceView, StageView
from release.base.record import Record


class Export(Record):
    """One document that others read; `render` is a pure function.

    Attributes:
        title: what it is, in a few words.
        render: from a view and the stage it is about to the document.
        payload_type: what a signature over it names it, where it can be signed.
    """

    title: str
    render: Callable[[AudienceView, StageView], str]
    payload_type: str = ""
