"""Remove from logs what tells of the machine that made them: folders, user and host names.

`python scrub.py FOLDER TEXT...` replaces each TEXT by "scrubbed" in every file below FOLDER, inside of zip
archives too (packed with the same method).
"""

from __future__ import annotations

import contextlib
import sys
import zipfile
from pathlib import Path

with contextlib.suppress(ImportError):
    import zipfile_zstd  # noqa: F401 - teaches zipfile the method that Inspect uses


def clean(content: bytes, words: list[bytes]) -> bytes:
    for word in words:
        content = content.replace(word, b"scrubbed")
    return content


def main(folder: Path, words: list[bytes]) -> None:
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        content = path.read_bytes()
        if content.startswith(b"PK\x03\x04"):
            with zipfile.ZipFile(path) as archive:
                members = [(each, clean(archive.read(each), words)) for each in archive.infolist()]
            with zipfile.ZipFile(path, "w") as archive:
                for member, inner in members:
                    member.external_attr = 0
                    archive.writestr(member, inner, compress_type=member.compress_type)
        elif not content.startswith(b"SQLite"):
            path.write_bytes(clean(content, words))


main(Path(sys.argv[1]), [word.encode() for word in sys.argv[2:]])
