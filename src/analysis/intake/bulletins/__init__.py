"""The reader of bulletins: a text's quantitative statements and measures, proposed by the machine, decided by a person."""

from pathlib import Path

import pandas as pd

from analysis.intake.bulletins import documents, times
from analysis.intake.bulletins.reader import COLUMNS, read_text

__all__ = ["COLUMNS", "read_file", "read_text"]


def read_file(
    path: Path | str, *, published: str = "", region: str = ""
) -> tuple[pd.DataFrame, documents.Document]:
    """The statements of a bulletin's file (.txt, .html, .docx, .pdf) as ``read_text`` gives them, and the text they point into.

    Raises DataError with the cause when the file is no bulletin (see ``documents.read``) or its text is not Chinese.
    """
    document = documents.read(Path(path))
    found = read_text(document.text, published=published or stated(document), region=region)
    return found, document


def stated(document: documents.Document) -> str:
    """The document's own date: printed in the text, else stated in the head of the web page, else ""."""
    return times.published(document.text) or document.published
