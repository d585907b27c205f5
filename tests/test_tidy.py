"""`yigai tidy`: what an editor leaves behind goes, what an author wrote stays, and the collection is tidy."""

from __future__ import annotations

import json
import tomllib

import pytest

from analysis import cli, paths
from analysis.commands import tidy
from analysis.errors import DataError

BOOK = paths.notebooks() / "01_region_profile.ipynb"


def saved_by_an_editor(text: str) -> str:
    """A notebook as it comes back from a session: random ids, outputs, counts, folded cells, one string a source."""
    content = json.loads(text)
    for number, cell in enumerate(content["cells"]):
        cell["id"] = f"{number:08x}"
        cell["metadata"] = {**cell["metadata"], "jupyter": {"source_hidden": True}}
        cell["source"] = "".join(cell["source"]) + "\n"
        if cell["cell_type"] == "code":
            cell["execution_count"] = number
            cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "1"}]
    content["metadata"]["language_info"] = {"name": "python", "version": "3.99"}
    content["metadata"]["widgets"] = {}
    return json.dumps(content, sort_keys=True)


def test_the_collection_is_tidy():
    found = [
        path.name
        for path in tidy.known()
        if tidy.form(path)(path.read_text("utf-8"), path.name) != path.read_text("utf-8")
    ]
    assert found == [], f"{', '.join(found)}: run `yigai tidy`"


def test_a_notebook_comes_back_from_an_editor_as_it_was():
    text = BOOK.read_text("utf-8")
    assert tidy.notebook(saved_by_an_editor(text)) == text
    assert (
        json.loads(tidy.notebook(text.replace("ranking", "rankings", 1)))["cells"]
        != json.loads(text)["cells"]
    )


def test_words_keep_their_meaning_and_long_texts_their_spaces():
    text = '[a]\nb = """\nx  \n\n\n\ny"""\n[c]\n'
    assert tidy.words(text) == text  # the spaces belong to b
    loose = "a = 1 \n\n\n\n[b]\nc = 2\n[d]"
    made = tidy.words(loose)
    assert tomllib.loads(made) == tomllib.loads(loose) and made == "a = 1\n\n[b]\nc = 2\n\n[d]\n"


def test_the_command_says_what_it_would_do_and_does_it(tmp_path, capsys):
    copy = tmp_path / BOOK.name
    copy.write_text(saved_by_an_editor(BOOK.read_text("utf-8")), "utf-8")
    loose = copy.read_text("utf-8")
    assert cli.main(["tidy", "--check", str(copy)]) == tidy.OPEN and copy.read_text("utf-8") == loose
    assert "not tidy" in capsys.readouterr().out
    assert cli.main(["tidy", str(copy)]) == 0 and copy.read_text("utf-8") == BOOK.read_text("utf-8")
    assert cli.main(["tidy", "--check", str(copy)]) == 0


@pytest.mark.parametrize(
    "name, text", [("a.ipynb", "{"), ("a.ipynb", '{"cells": [1]}'), ("a.toml", "x"), ("a.txt", "")]
)
def test_what_cannot_be_read_is_named_and_left_alone(name, text, tmp_path, capsys):
    path = tmp_path / name
    path.write_text(text, "utf-8")
    with pytest.raises(DataError, match=name):
        tidy.form(path)(text, str(path))
    assert cli.main(["tidy", str(path)]) == 2 and path.read_text("utf-8") == text
    assert name in capsys.readouterr().err


def test_what_only_a_person_can_mend_is_said_with_its_line(tmp_path, capsys):
    words = tmp_path / "made.toml"
    words.write_text(
        'claim = "description"\n\n[a]\nnote = { zh = "约有 3 成。", en = "About a third." }\n', "utf-8"
    )
    assert cli.main(["tidy", str(words)]) == tidy.OPEN
    assert "made.toml:4 a.note (zh): found '3' outside a slot" in capsys.readouterr().out
    words.write_text(words.read_text("utf-8").replace("3 成", "三成"), "utf-8")
    words.with_suffix(".py").unlink(missing_ok=True)
    other = words.rename(tmp_path / "mended.toml")
    assert cli.main(["tidy", str(other)]) == 0, "the mutation taken back"
