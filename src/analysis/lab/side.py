"""Places side by side in a notebook: what `yigai compare` prints."""

from __future__ import annotations

from analysis.comparison import compare

__all__ = ["compare"]
