"""What the tests of this folder ask of a text; each question is asked of both parsers of events."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import pytest

from release.base.errors import InputError, InvalidInput
from release.source import Document, parse_document


@pytest.fixture(params=["libyaml", "python"])
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Read with libyaml, and as where PyYAML was built without it."""
    if request.param == "python":
        monkeypatch.setitem(sys.modules, "yaml.cyaml", None)
    return str(request.param)


@pytest.fixture
def read(parser: str) -> Callable[[str | bytes], Document]:
    """Read a text that is right."""
    assert parser
    return lambda text: parse_document(text if isinstance(text, bytes) else text.encode(), "f")


@pytest.fixture
def errors_of(read: Callable[[str | bytes], Document]) -> Callable[[str | bytes], tuple[InputError, ...]]:
    """Return the errors of a text that is wrong."""

    def errors(text: str | bytes) -> tuple[InputError, ...]:
        with pytest.raises(InvalidInput) as refused:
            read(text)
        assert refused.value.texts.keys() <= {"f"}
        return refused.value.errors

    return errors


@pytest.fixture
def places(errors_of: Callable[[str | bytes], Any]) -> Callable[[str | bytes], list[str]]:
    """Return `line:column code` of each error."""

    def found(text: str | bytes) -> list[str]:
        errors = errors_of(text)
        assert all(error.at.file == "f" and error.message and error.hint for error in errors)
        return [f"{error.at.line}:{error.at.column} {error.code}" for error in errors]

    return found
