"""An organisation's own templates: files of a folder that stand in for shipped ones of the same name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from release.base.errors import InputError, InvalidInput, Position
from release.base.limits import TEMPLATE_BYTES
from release.base.resources import data

CODE = "IN-098"


@cache
def shipped_names() -> tuple[str, ...]:
    """Return the names of the templates that can be replaced."""
    return tuple(sorted(each.name for each in (data("templates") / "reports" / "html").iterdir()))


def templates_in(folder: str) -> Callable[[str], str | None]:
    """Return what finds a template's text in a folder, or None where the folder has none of that name.

    Raises:
        InvalidInput: it is no folder, or nothing in it replaces a template.
    """
    root = Path(folder)
    names = shipped_names()
    if not root.is_dir():
        raise _wrong(f"--template {folder} is no folder", Position(folder), "give a folder of templates")
    if not any((root / name).is_file() for name in names):
        hint = f"a template has one of the names {', '.join(names)}"
        raise _wrong(f"nothing in {folder} replaces a template", Position(folder), hint)
    inside = root.resolve()

    def find(name: str) -> str | None:
        path = (inside / name).resolve()
        if not path.is_relative_to(inside) or not path.is_file():
            return None
        place = Position(str(Path(folder) / name))
        try:
            content = path.read_bytes()
        except OSError as error:
            raise _wrong(f"{place.file} could not be read: {error.strerror}", place, "") from None
        if len(content) > TEMPLATE_BYTES:
            raise _wrong(f"{place.file} has more than {TEMPLATE_BYTES} bytes", place, "make it smaller")
        try:
            return content.decode("utf-8")
        except UnicodeDecodeError:
            raise _wrong(f"{place.file} is not UTF-8", place, "save it as UTF-8") from None

    return find


@contextmanager
def faults_told(folder: str) -> Iterator[None]:
    """Tell what fails while templates of a folder are rendered as a fault of the input.

    Raises:
        InvalidInput: a template fails.
    """
    from jinja2 import TemplateError, TemplateSyntaxError

    try:
        yield
    except TemplateSyntaxError as error:
        place = Position(str(Path(folder) / (error.name or "")), error.lineno, 1)
        raise _wrong(f"the template cannot be read: {error.message}", place, "correct this line") from None
    except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError, AttributeError) as error:
        text = str(error) or type(error).__name__
        hint = "use only what the shipped template of that name uses"
        raise _wrong(f"a template of {folder} fails: {text}", Position(folder), hint) from None


def _wrong(message: str, place: Position, hint: str) -> InvalidInput:
    return InvalidInput([InputError(CODE, message, place, hint)])
