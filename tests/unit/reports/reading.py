"""What stands in a paper, read back from its DOCX."""

import io
from collections.abc import Iterator

from docx import Document
from docx.document import Document as Doc
from docx.table import Table

from checks.reports.dossier import Dossier


def opened(whole: bytes) -> Doc:
    """The paper as a document."""
    return Document(io.BytesIO(whole))


def text(whole: bytes) -> str:
    """All its text, in its order, a blank between any two words."""
    return " ".join(" ".join(_lines(opened(whole))).split())


def texts(made: Dossier) -> dict[str, str]:
    """Each paper of a dossier: name -> text."""
    return {name: text(whole) for name, whole in made.files.items() if name.endswith(".docx")}


def _lines(document: Doc) -> Iterator[str]:
    for part in document.iter_inner_content():
        yield from _cells(part) if isinstance(part, Table) else [part.text]


def _cells(table: Table) -> Iterator[str]:
    for row in table.rows:
        for cell in row.cells:
            yield cell.text
            for inner in cell.tables:
                yield from _cells(inner)
