"""How do our mails stand beside public templates that many firms send: size, what clients lack, accessibility?

    python benchmarks/mails.py

Two public receipts are fetched from npm when it runs, and never kept here: the order of Foundation for Emails, inlined
as its makers say it must be, and the receipt of Mailgen's default theme. Measured are the bytes of the HTML, the
features that some client lacks with the pairs of feature and client (tests/caniemail), and the rules of axe-core that
are broken, at 375 px.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import css_inline
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

sys.path.insert(0, str(Path(__file__).parent.parent))

from pipeline.cli import main as onenumber
from tests.caniemail.support import unsupported

PACKAGES = ("foundation-emails@2.5.1", "mailgen@2.0.36")
RECEIPT = {
    "name": "Anna Friis",
    "intro": "Thank you for your order.",
    "table": {"data": [{"item": "Chair", "price": "120.00"}, {"item": "Table", "price": "340.00"}]},
    "action": {
        "instructions": "Your order can be followed here:",
        "button": {"color": "#22BC66", "text": "Follow the order", "link": "https://shop.example/orders/1"},
    },
    "outro": "Questions? Just reply to this mail.",
}
MAILGEN = """
const Mailgen = require("mailgen");
const shop = { name: "Nordvik", link: "https://shop.example/" };
console.log(new Mailgen({ theme: "default", product: shop }).generate({ body: %s }));
"""


def public(folder: Path) -> Iterator[tuple[str, str]]:
    """The name and the HTML of each public template."""
    fetch = [
        shutil.which("npm") or "npm",
        "install",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        "--silent",
        "--prefix",
        str(folder),
    ]
    subprocess.run([*fetch, *PACKAGES], check=True)
    foundation = folder / "node_modules/foundation-emails"
    page = (foundation / ".download/templates/order.html").read_text(encoding="utf-8")
    style = (foundation / "dist/foundation-emails.min.css").read_text(encoding="utf-8")
    inliner = css_inline.CSSInliner(extra_css=style, keep_at_rules=True, load_remote_stylesheets=False)
    kept = f"<style>{''.join(re.findall(r'@media[^{]+{(?:[^{}]+{[^{}]*})*}', style))}</style></head>"
    yield "Foundation for Emails 2.5.1, order", inliner.inline(re.sub("<link[^>]*>", "", page)).replace("</head>", kept)
    script = MAILGEN % json.dumps(RECEIPT)
    node = shutil.which("node") or "node"
    done = subprocess.run([node, "-e", script], cwd=folder, check=True, capture_output=True, text=True)
    yield "Mailgen 2.0.36, receipt", done.stdout


def ours(folder: Path) -> Iterator[tuple[str, str]]:
    onenumber(["preview", "--out", str(folder), "--language", "en"])
    for name, file in (
        ("Our ask", "ask-usual"),
        ("Our digest, 16 reps", "digest-usual"),
        ("Our digest, 80 reps in 10 teams", "digest-80-reps-in-10-teams"),
    ):
        yield name, (folder / f"en/{file}.html").read_text(encoding="utf-8")


def main() -> None:
    with TemporaryDirectory() as made, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        view = browser.new_page(viewport={"width": 375, "height": 800})
        folder = Path(made)
        rows = []
        for name, html in [*public(folder), *ours(folder / "gallery")]:
            page = folder / "mail.html"
            page.write_text(html, encoding="utf-8")
            lacking = unsupported([page])
            view.goto(page.as_uri())
            violations = Axe().run(view).response["violations"]
            pairs = sum(len(clients) for clients in lacking.values())
            rows.append((name, f"{len(html.encode()):,}", str(len(lacking)), str(pairs), str(len(violations))))
        browser.close()
    print("| mail | bytes of HTML | features some client lacks | pairs of feature and client | axe violations |")
    print("|---|---:|---:|---:|---:|")
    for row in rows:
        print(f"| {' | '.join(row)} |")


if __name__ == "__main__":
    main()
