"""One tree out of the plan's file and the files it includes, in which every value keeps its own file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from release.base.canonical import sha256
from release.base.errors import ErrorCollector, InvalidInput, Position
from release.base.limits import INCLUDED_FILES
from release.base.pointers import pointer_key, pointer_token
from release.base.record import EMPTY, Record
from release.base.visible import quoted
from release.plan.shapes.base import Value
from release.source import Document, Map, Seq, key_position_of, node_at, position_of, read_document
from release.source.paths import RefusedPath, inside

INCLUDE: Final = "include"


class Piece(Record):
    """A part of the tree that stands in one file.

    Attributes:
        document: the file.
        start: index of its first item in the whole list; 0 for what is no list.
    """

    document: Document
    start: int = 0


class Tree(Record):
    """The whole plan as written.

    Attributes:
        documents: the plan's file, then the included ones in the order of their first mention.
        root: the mapping of all top-level keys.
        pieces: for each top-level key the files that hold it; only for plans that include files.
        doubles: keys that an earlier file holds already, each with the file that is not followed in it.
        whole: whether every included file could be read.
    """

    documents: list[Document]
    root: Mapping[str, Any]
    pieces: Mapping[str, list[Piece]] = EMPTY
    doubles: Sequence[tuple[str, Document]] = ()
    whole: bool = True

    @property
    def texts(self) -> dict[str, str]:
        """File name to text, for excerpts."""
        return {document.file: document.text for document in self.documents}

    @property
    def digest(self) -> str:
        """Digest of the plan's bytes; with included files, of the list of all files' digests."""
        if len(self.documents) == 1:
            return self.documents[0].digest
        return sha256("\n".join(document.digest for document in self.documents).encode())

    def route(self, pointer: str) -> list[str | int]:
        """Return the keys and indices of a pointer, as far as they lead through what is written."""
        steps: list[str | int] = []
        node: Value = self.root
        for token in pointer.split("/")[1:]:
            key = pointer_key(token)
            if isinstance(node, list) and key.isdecimal():
                index = int(key)
                steps.append(index)
                node = node[index] if index < len(node) else None
            else:
                steps.append(key)
                node = node.get(key) if isinstance(node, Mapping) else None
        return steps

    def local(self, route: Sequence[str | int]) -> tuple[Document, list[str | int]]:
        """Return the file in which a route ends, and the route within that file."""
        pieces = self.pieces.get(route[0]) if route and isinstance(route[0], str) else None
        if not pieces:
            return self.documents[0], list(route)
        piece = pieces[0]
        if len(route) > 1 and isinstance(route[1], int):
            piece = next(each for each in reversed(pieces) if each.start <= route[1])
            return piece.document, [route[0], route[1] - piece.start, *route[2:]]
        return piece.document, list(route)

    def position(self, route: Sequence[str | int]) -> Position:
        """Return where a value stands, or the nearest thing that is written on the way to it."""
        document, local = self.local(route)
        return position_of(document.root, local)

    def key_position(self, route: Sequence[str | int]) -> Position:
        """Return where a key stands."""
        document, local = self.local(route)
        return key_position_of(document.root, local)

    def object_position(self, route: Sequence[str | int]) -> Position:
        """Return where an object is reported: its first key; for other values, the value."""
        document, local = self.local(route)
        node = node_at(document.root, local) if isinstance(document.root, Map | Seq) else None
        return node.position if isinstance(node, Map) else position_of(document.root, local)

    def local_pointer(self, pointer: str) -> str:
        """Return the pointer to the same value within its own file."""
        if not self.pieces:
            return pointer
        _, local = self.local(self.route(pointer))
        return "".join(f"/{pointer_token(str(step))}" for step in local)


def read_tree(
    path: Path, shown: str, *, folder: Path, sections: frozenset[str], errors: ErrorCollector
) -> Tree:
    """Read a plan's file and what it includes.

    Args:
        path: the plan's file.
        shown: its path as shown to people.
        folder: the release folder; included files are named relative to it and lie in it.
        sections: the top-level keys that hold lists; those of several files are joined.
        errors: takes mistakes in spite of which there is a tree: a key written twice, an included file that
            can't be read or includes itself.

    Raises:
        InvalidInput: the plan's own file can't be read.
    """
    first = read_document(path, shown, errors=errors)
    if not isinstance(first.root, Map) or INCLUDE not in first.root:
        return Tree([first], first.root)
    included = _Included(folder, shown, errors)
    tree = _joined(included.follow(path, first), sections, errors, whole=included.whole)
    if errors.errors:
        errors.texts.update(tree.texts)
    return tree


class _Included:
    """Follows `include` from file to file, without recursion and each file once.

    Attributes:
        whole: whether every file could be read so far.
    """

    def __init__(self, folder: Path, shown: str, errors: ErrorCollector) -> None:
        self._folder = folder
        self._prefix = shown[: len(shown) - len(Path(shown).name)]
        self._errors = errors
        self.whole = True
        self._seen: dict[Path, str] = {}

    def follow(self, path: Path, first: Document) -> list[Document]:
        """Return all files, the first one first."""
        self._seen[path.resolve()] = first.file
        documents = [first]
        waiting = [first]
        while waiting:
            document = waiting.pop(0)
            for name, place in _names(document.root):
                found = self._read(name, place)
                if found is not None:
                    documents.append(found)
                    waiting.append(found)
                if len(documents) > INCLUDED_FILES + 1:
                    self._error(f"more than {INCLUDED_FILES} files are included", place, "join some of them")
                    self.whole = False
                    return documents
        return documents

    def _read(self, name: str, place: Position) -> Document | None:
        try:
            path = inside(self._folder, name)
        except RefusedPath as refused:
            self._errors.add("IN-037", refused.reason, place, refused.hint)
            self.whole = False
            return None
        if path in self._seen:
            first = self._seen[path]
            self._error(
                f"{quoted(name)} is read already, as {first}",
                place,
                "include each file once, none from itself",
            )
            return None
        self._seen[path] = shown = self._prefix + name
        try:
            document = read_document(path, shown, errors=self._errors)
        except InvalidInput as invalid:
            self._errors.extend(invalid)
            self.whole = False
            return None
        if not isinstance(document.root, Map):
            self._errors.texts[shown] = document.text
            hint = "write top-level keys of a plan, such as `evidence:`"
            self._errors.add("IN-020", "an included file has to be a mapping", document.position, hint)
            self.whole = False
            return None
        return document

    def _error(self, message: str, place: Position, hint: str) -> None:
        self._errors.add("IN-038", message, place, hint)


def _names(root: Map) -> list[tuple[str, Position]]:
    """Return the included names of one file that are text; the others are found wrong with the whole plan."""
    written = root.get(INCLUDE)
    if isinstance(written, str):
        return [(written, root.value_position(INCLUDE))]
    if not isinstance(written, Seq):
        return []
    return [
        (name, written.value_position(index)) for index, name in enumerate(written) if isinstance(name, str)
    ]


def _check_names(root: Map, errors: ErrorCollector) -> None:
    """Note an `include` of an included file that is neither text nor a list of texts."""
    written = root[INCLUDE]
    names = written if isinstance(written, Seq) else [written]
    if not all(isinstance(name, str) for name in names):
        message = "'include' names files as text or a list of texts"
        errors.add("IN-023", message, root.value_position(INCLUDE), "write `include: [evidence.yaml]`")


def _joined(
    documents: list[Document], sections: frozenset[str], errors: ErrorCollector, *, whole: bool
) -> Tree:
    """Return one tree: lists of the same section joined, every other key from the one file that has it."""
    root: dict[str, Any] = {}
    pieces: dict[str, list[Piece]] = {}
    doubles: list[tuple[str, Document]] = []
    for document in documents:
        for key, value in document.root.items():
            if key == INCLUDE and document is not documents[0]:
                _check_names(document.root, errors)
                continue
            earlier = pieces.get(key)
            if earlier is None:
                pieces[key] = [Piece(document)]
                root[key] = value
            elif key in sections and isinstance(value, list) and isinstance(root[key], list):
                earlier.append(Piece(document, len(root[key])))
                root[key] = [*root[key], *value]
            else:
                first = earlier[0].document.file
                place = document.root.key_position(key)
                errors.add(
                    "IN-039", f"the key {quoted(key)} is in {first} already", place, "keep one of the two"
                )
                doubles.append((key, document))
    return Tree(documents, root, pieces, doubles, whole)
