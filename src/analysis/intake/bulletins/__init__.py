"""The reader of bulletins: a text's quantitative statements and measures, proposed by the machine, decided by a person."""

from analysis.intake.bulletins.reader import COLUMNS, read_text

__all__ = ["COLUMNS", "read_text"]
