"""The shipped templates as code: what compiling them gives, which takes half of the time of a page.

The stored code is used only for the very bytes and the very version of the template library that it was made
of.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import cache
from types import CodeType
from typing import TYPE_CHECKING, Any, Final

from release.base.canonical import sha256
from release.base.resources import data

if TYPE_CHECKING:
    from jinja2 import Environment

STORED_FILE: Final = "compiled.json"


def stored_text(environment: Environment, sources: dict[str, str]) -> str:
    """Return the stored form of templates, as they are compiled now."""
    import jinja2

    templates = {
        name: {
            "of": sha256(source.encode("utf-8")),
            "code": environment.compile(source, name, name, raw=True).split("\n"),
        }
        for name, source in sources.items()
    }
    stored = {"jinja2": jinja2.__version__, "templates": templates}
    return json.dumps(stored, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


@cache
def shipped_code() -> Callable[[str, str], CodeType | None]:
    """Return what finds the code of a template, by name and source; None where it has to be compiled."""
    import jinja2

    text = (data("templates") / "reports" / STORED_FILE).read_text(encoding="utf-8")
    stored: dict[str, Any] = json.loads(text)
    templates = stored["templates"] if stored["jinja2"] == jinja2.__version__ else {}

    def find(name: str, source: str) -> CodeType | None:
        found = templates.get(name)
        if found is None or found["of"] != sha256(source.encode("utf-8")):
            return None
        return compile("\n".join(found["code"]), name, "exec")

    return find
