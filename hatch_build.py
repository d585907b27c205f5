"""What a wheel carries beside the package: the collection itself, for `yigai init` where there is no checkout.

An editable install carries nothing: it stands in the checkout. Tables that are built and files of a user's own never enter.
"""

from __future__ import annotations

from pathlib import Path

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

INTO = "analysis/_collection"
FILES = ("pyproject.toml", "CITATION.cff", "LICENSE", "README.md", "README.zh-CN.md", ".gitignore")
FOLDERS = ("data", "notebooks", "docs")
LEFT_OUT = ("data/processed", "data/processed-internal", "data/raw/user")
JUNK = ("__pycache__", ".ipynb_checkpoints")


def collection(root: Path) -> dict[str, str]:
    """Path in the checkout -> path in the wheel."""
    found = [root / name for name in FILES if (root / name).is_file()]
    for folder in FOLDERS:
        found += [path for path in sorted((root / folder).rglob("*")) if path.is_file()]
    kept = {}
    for path in found:
        name = path.relative_to(root).as_posix()
        inside = not any(name.startswith(f"{out}/") for out in LEFT_OUT) or path.name == "README.md"
        if inside and not set(path.parts) & set(JUNK):
            kept[str(path)] = f"{INTO}/{name}"
    return kept


class CollectionHook(BuildHookInterface):
    """Adds the collection to a wheel that is no editable install."""

    def initialize(self, version: str, build_data: dict) -> None:
        """Called by hatchling before the wheel is written."""
        if version == "standard":
            build_data["force_include"] |= collection(Path(self.root))
