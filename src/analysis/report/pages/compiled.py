"""The templates as code, kept between runs: compiling them costs a quarter of a second, which a run of one page would spend anew.

What is kept lies in the user's own folder below the system's temporary one (jinja2's, which nobody else may write). It is only ever
a saving: a file that cannot be read or written, or holds something else, is as none.
"""

from __future__ import annotations

import jinja2
from jinja2.bccache import Bucket


class Compiled(jinja2.FileSystemBytecodeCache):
    """jinja2's own, for which no file is one too many and none is one too few."""

    def load_bytecode(self, bucket: Bucket) -> None:
        """The code kept of a template, if it is of this very source and this Python; else the template is compiled."""
        try:
            super().load_bytecode(bucket)
        except Exception:  # whatever a damaged file makes of pickle or marshal
            bucket.reset()

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled; on a full or a closed disk nothing is kept."""
        try:
            super().dump_bytecode(bucket)
        except OSError:
            return


def kept() -> Compiled | None:
    """None where the system has no temporary folder that is safely the user's own."""
    try:
        return Compiled()
    except (OSError, RuntimeError):
        return None
