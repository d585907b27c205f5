"""`yigai preview THEME`: one page of one place, made again whenever its notebook or its theme is saved.

A fork server stays warm between saves, so that a saved notebook costs its own cells and the page, and a saved theme (its module or
its catalogue of words) its import beside. When anything else was saved that the theme imports, the server is started anew. Nothing
here is published: pages go to ``build/preview``, and a small server on this machine alone shows them and turns the leaf when a new
one is there.
"""

from __future__ import annotations

import html
import json
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from analysis import catalog, paths, rules
from analysis.errors import DataError, ParameterError, Problem, YigaiError
from analysis.report.plan import keys, parameters, promises
from analysis.report.publish.asked import Options
from analysis.report.run import runner

LOOK = 0.1  # seconds between looks at the files
SETTLE = 0.03  # seconds without a change after which a save is over
FRAME = """<!doctype html><html lang="en"><meta charset="utf-8"><title>preview</title>
<style>html,body{margin:0;height:100%}iframe{border:0;width:100%;height:100%}</style>
<iframe src="/page" title="page"></iframe><script>
let seen = 0;
async function next() {
  try {
    const answer = await (await fetch("/next?" + seen)).json();
    if (answer.number !== seen) { seen = answer.number; document.querySelector("iframe").contentWindow.location.replace("/" + answer.path); }
  } catch (e) { await new Promise(done => setTimeout(done, 500)); }
  next();
}
next();
</script></html>"""


@dataclass(frozen=True)
class Made:
    """One page that was made, or the reason why not; seconds from the save that was seen to the page on the disk."""

    path: str
    error: str
    seconds: float

    def __str__(self) -> str:
        return f"{self.path} in {self.seconds:.1f} s" if not self.error else f"no page: {self.error}"


class Preview:
    """The page of a theme for a place in one language, made as often as asked with what stays warm between."""

    def __init__(self, theme: str, region: str, lang: str, folder: Path):
        self.path = book_of(theme).path
        self.region, self.lang, self.folder = region, lang, folder
        self._runner: runner.Runner | None = None
        self._code: str | None = None
        self._held: list[Path] = []  # what the server has imported
        self._own: list[Path] = []  # what each template imports: the theme
        self._theme = ""
        self._last: promises.Job | None = None

    def _book(self) -> promises.Notebook:
        book = promises.load(self.path)
        if book is None:
            where = paths.relative(self.path)
            raise DataError(
                Problem(where, "no yigai metadata", "a theme's notebook", "put its metadata back")
            )
        return book

    def _sources(self, book: promises.Notebook) -> tuple[list[Path], list[Path]]:
        """Modules of ours that the notebook imports and the catalogues of words beside them: all but the theme's own, and the theme's.

        A theme that another module imports too is not told apart: the server holds it with that one.
        """
        keys.forget()
        modules = keys.closure(keys.notebook_imports(book))
        foreign = keys.Inputs([book]).foreign
        own = [path for path in (modules.get(book.module), *foreign) if path]
        others = [path for path in modules.values() if path not in own]
        if any({*own} & {*keys.closure(keys.imports(path)).values()} for path in others):
            others, own = [*others, *own], []
        return self._with_words(sorted(others)), self._with_words(own)

    @staticmethod
    def _with_words(files: list[Path]) -> list[Path]:
        words = {words for path in files if (words := path.with_suffix(".toml")).is_file()}
        return [*files, *sorted(words)]

    def signature(self) -> str:
        """Changes when a file is saved that the page depends on."""
        return keys.signature(self._files)

    @property
    def _files(self) -> list[Path]:
        return [self.path, *self._held, *self._own]

    def make(self) -> Made:
        """Make the page once. Raises ParameterError when the place has no page of this theme."""
        started = time.monotonic()
        book = self._book()
        if broken := rules.check(self.path):
            raise DataError(broken)
        warm = self._warm(book)
        coverage = {book.module: {self.region: None}}
        found = promises.entries([book], coverage, [self.lang], [self.region])
        if not found:
            raise ParameterError(
                Problem("--region", self.region, "a place that the theme deals with", "choose another place")
            )
        told = replace(found[0], code_version="preview")
        job = promises.Job(found[0].id, told, book.text, "fork", cell_timeout=120, start_timeout=60)
        theme = keys.signature(self._own)
        if self._last is not None and theme != self._theme:
            warm.let_go(self._last)
        self._theme, self._last = theme, job
        result = next(iter(warm.run([job], lambda name: None)))
        if not result.ok:
            return Made("", result.error, time.monotonic() - started)
        for name, text in (dict(result.html) | dict(result.shared)).items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        return Made(result.path, "", time.monotonic() - started)

    def _warm(self, book: promises.Notebook) -> runner.Runner:
        """The running engine; another one when code or words that it holds have changed."""
        if self._runner is None or self._state(book) != self._code:
            self.close()
            self._held, self._own = self._sources(book)
            self._last = None
            self._runner = runner.Runner(Options(jobs=1), [book], apart=book.module if self._own else "")
            self._code = self._state(book)
        return self._runner

    def _state(self, book: promises.Notebook) -> str:
        """Changes when the server would import something else than it holds."""
        return keys.digest([sorted(keys.notebook_imports(book)), keys.signature(self._held)])

    def close(self) -> None:
        """End the server."""
        if self._runner is not None:
            self._runner.close()
            self._runner = None

    def pages(self, stop: threading.Event) -> Iterator[Made]:
        """A page now and one after each save, until told to stop. What is wrong with a file is a reason, not an end."""
        seen = None
        while not stop.is_set():
            now = self.signature()
            if now != seen:
                while (
                    not stop.wait(SETTLE) and (then := self.signature()) != now
                ):  # a file that is still being written
                    now = then
                files = self._files
                made = self._attempt()
                # the first page says what it depends on: that these are known now is no save
                seen = now if files == self._files or keys.signature(files) != now else self._made_from()
                yield made
            else:
                stop.wait(LOOK)

    def _made_from(self) -> str:
        """The signature of the files, if the last page was made from them as they are; else one that none has."""
        book, now = self._book(), self.signature()
        as_they_are = self._state(book) == self._code and keys.signature(self._own) == self._theme
        return now if as_they_are else ""

    def _attempt(self) -> Made:
        try:
            return self.make()
        except (YigaiError, SyntaxError, ValueError) as error:
            return Made("", str(error), 0.0)


def book_of(theme: str) -> promises.Notebook:
    """The notebook of a theme. Raises ParameterError with the names there are."""
    books = promises.notebooks()
    parameters.themes([theme], [book.theme for book in books])
    return next(book for book in books if book.theme == theme)


def place(theme: str, region: str) -> str:
    """The code of the place: the one asked for, the nation for its own themes, else the notebook's default."""
    book = book_of(theme)
    if book.scope == "nation":
        return catalog.NATION
    if region:
        return parameters.regions([region])[0]
    return str(book.parameters["region_code"].default)


class _Shown:
    """The newest page; readers wait for the next."""

    def __init__(self) -> None:
        self.number, self.path, self._news = 0, "", threading.Condition()

    def show(self, path: str) -> None:
        with self._news:
            self.number, self.path = self.number + 1, path
            self._news.notify_all()

    def after(self, number: int) -> dict:
        with self._news:
            self._news.wait_for(lambda: self.number > number, timeout=20)
            return {"number": self.number, "path": self.path}


class _Handler(SimpleHTTPRequestHandler):
    """The frame, the news, and the files of the preview's folder."""

    def __init__(self, *arguments: Any, shown: _Shown, **options: Any) -> None:
        self.shown = shown
        super().__init__(*arguments, **options)

    def do_GET(self) -> None:
        """Answer one request."""
        if self.path == "/":
            self._send(FRAME.encode(), "text/html; charset=utf-8")
        elif self.path.startswith("/next?"):
            number = self.path.partition("?")[2]
            news = self.shown.after(int(number) if number.isdecimal() else 0)
            self._send(json.dumps(news).encode(), "application/json")
        elif self.path == "/page":
            self._send(b"<!doctype html><title>preview</title><p>being made", "text/html; charset=utf-8")
        else:
            super().do_GET()

    def _send(self, content: bytes, kind: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Quiet."""


def serve(preview: Preview, port: int, say: Callable[[str], None] = print) -> None:
    """Show the page in a browser on this machine and make it again after each save, until interrupted."""
    shown, stop = _Shown(), threading.Event()
    preview.folder.mkdir(parents=True, exist_ok=True)
    handler = partial(_Handler, shown=shown, directory=str(preview.folder))
    try:
        server = ThreadingHTTPServer(("127.0.0.1", port), handler)
    except OSError as error:
        raise ParameterError(
            Problem("--port", f"{port}: {error.strerror}", "a free port", "choose another one")
        ) from error
    threading.Thread(target=server.serve_forever, daemon=True).start()
    say(
        f"http://127.0.0.1:{server.server_port}/ shows {paths.relative(preview.path)}; save it to see it again"
    )
    try:
        for made in preview.pages(stop):
            say(str(made))
            path = made.path
            if made.error:
                path = "failed.html"
                text = f"<!doctype html><title>failed</title><pre>{html.escape(made.error)}</pre>"
                (preview.folder / path).write_text(text, encoding="utf-8")
            shown.show(path)
    finally:
        stop.set()
        server.shutdown()
        preview.close()
