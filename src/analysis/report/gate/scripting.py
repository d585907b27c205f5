"""The only script a page may carry is the project's own, named by its hash in the page's policy; everything else is refused."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

from analysis.report.gate.scan import Page
from analysis.report.pages import scripts

ELEMENT = re.compile(r"<script([^>]*)>(.*?)</script>", re.DOTALL)
DATA = re.compile(r' type="application/json" id="[a-z-]+"')
POLICY = re.compile(r"<meta http-equiv=\"Content-Security-Policy\" content=\"([^\"]*)\">")
HANDLER = re.compile(r"on\w+=")


def _elsewhere(text: str) -> bool:
    """Whether a script stands outside script elements: an element left open, an attribute that is one, an address that is one."""
    low = text.lower()
    return (
        "<script" in low
        or "javascript:" in low
        # a page has a hundred thousand characters and hardly an "on...=": the blank before it is looked for last
        or any(m.start() and low[m.start() - 1].isspace() for m in HANDLER.finditer(low))
    )


def problems(page: Page) -> Iterable[str]:
    """A script that is not ours; one of ours that the policy does not name; a policy that allows more than ours."""
    own = {scripts.text(name): name for name in scripts.NAMES}
    carried: list[str] = []
    for attributes, body in ELEMENT.findall(page.html):
        if DATA.fullmatch(attributes):
            if not _json(body):
                yield f"{page.name}: data for a script that is no JSON"
        elif attributes or body not in own:
            yield f"{page.name}: a script that is not the project's"
        else:
            carried.append(own[body])
    if _elsewhere(ELEMENT.sub("", page.html)):
        yield f"{page.name}: a script outside a script element"
    policy = POLICY.search(page.html)
    if policy is None or policy[1] != str(scripts.policy(carried)):
        yield f"{page.name}: its policy does not allow exactly the scripts that it carries"


def _json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True
