"""`onenumber practice`: two mail servers on this machine, for somebody who wants to try everything before it is real.

`init`, `check`, `tick` and `run` are tried against them from another terminal; what is mailed to whom is shown here,
and whoever sits here replies for anybody. It can reach nobody, by construction, as a rehearsal cannot.
"""

from __future__ import annotations

import csv
import io
import re
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from queue import SimpleQueue
from threading import Event, Thread

from pipeline import commands
from pipeline.demo import LOOPBACK, DemoUnavailable, clients, page
from pipeline.demo.alone import stay_alone
from pipeline.demo.clients import Writer
from pipeline.demo.company import COMPANY, DOMAIN, ORGANISATION, PASSWORD, TIMEZONE, Company, Someone
from pipeline.demo.mailworld import Delivered, MailWorld
from pipeline.demo.opened import opened
from pipeline.roster import address

_PORTS = (2525, 2143)  # the same each time where they are free, so that settings written last time go on to fit
_OPERATOR = f"it@{DOMAIN}"
_ANSWERS = """\
# What `onenumber init` asks, answered for the servers of `onenumber practice`:  onenumber init --answers answers.yaml
organisation: Nordvik
language: en
timezone: {timezone}
holidays: DK
operator: {operator}
address: {mailbox}
provider: own
smtp: {host}:{smtp}
smtp_security: none               # which only this machine itself may have
imap: {host}:{imap}
imap_security: none
password: {password}
people: export.csv
rehearsal: true                   # one ask to the operator alone; reply to it in the terminal of `practice`
"""
_TOLD = """\
Two mail servers run on this machine now, for you to practise with. They know one mailbox, {mailbox}, and
keep what is mailed to anybody else for you to see: nothing leaves this machine.

In a second terminal:
  cd {folder}
  {next}

Whoever gets a mail is shown here. Type what they reply, and Enter: a 7 answers the latest mail, 2: off the mail that
was marked [2]. The mails themselves: {page} (load it again after each)
Ctrl-C ends it.
"""
_REPLY = re.compile(r"(?:\[?(\d+)\]?:)?\s*(.+)")


def run(*, out: Path) -> int:
    """Serve until Ctrl-C; 0, 1 where the folder cannot be written to, 2 where the servers are not installed."""
    stay_alone()
    problem = commands.unwritable(out)
    if problem:
        print(f"onenumber: {problem}", file=sys.stderr)
        return 1
    try:
        _serve(out.absolute())
    except DemoUnavailable as error:
        print(f"onenumber: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nThe servers have ended, and what was in the mailbox is gone. The folder is yours.")
    return 0


def _serve(folder: Path) -> None:
    arrived: SimpleQueue[Delivered] = SimpleQueue()
    with MailWorld(ORGANISATION, PASSWORD, None, arrived.put, _PORTS) as world:
        _lay_out(folder, world)
        desk = _Desk(world, folder / "mails.html")
        desk.write()
        begun = (folder / "settings.yaml").exists()
        program = commands.program()
        print(
            _TOLD.format(
                mailbox=ORGANISATION,
                folder=folder,
                next=f"{program} check --probe --offline" if begun else f"{program} init --answers answers.yaml",
                page=desk.file.as_uri(),
            ),
            flush=True,
        )
        Thread(target=desk.show, args=(arrived,), name="onenumber-practice", daemon=True).start()
        for line in sys.stdin:
            desk.reply(line)
        Event().wait()  # nobody types; the servers go on


def _lay_out(folder: Path, world: MailWorld) -> None:
    """The people to begin with, unless others are there, and the answers for `init`."""
    folder.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError), (folder / "export.csv").open("x", encoding="utf-8") as export:
        export.write(_export(COMPANY.people))
    (folder / "answers.yaml").write_text(
        _ANSWERS.format(
            timezone=TIMEZONE, operator=_OPERATOR, mailbox=ORGANISATION, password=PASSWORD, host=LOOPBACK,
            smtp=world.smtp_port, imap=world.imap_port,
        ),
        encoding="utf-8",
    )  # fmt: skip


def _export(people: Iterable[Someone]) -> str:
    """The people as a personnel system exports them."""
    names = {one.writer.address: one.writer.name for one in people}
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerow(("Name", "Email", "Manager", "Language", "Time zone", "Country"))
    for one in people:
        who, holidays = one.writer, dict(one.row).get("holidays", "")
        table.writerow((who.name, who.address, names.get(one.manager or "", ""), who.language, who.timezone, holidays))
    return out.getvalue()


@dataclass
class _Desk:
    """What came to whom, and the page of it. `show` runs in a thread of its own, `reply` in the one that reads what is
    typed."""

    world: MailWorld
    file: Path
    shown: list[Delivered] = field(default_factory=list)

    def show(self, arrived: SimpleQueue[Delivered]) -> None:
        while True:
            one = arrived.get()
            if not self.world.is_organisation(one.recipient):
                self.shown.append(one)
                mail = opened(one.raw)
                print(f"[{len(self.shown)}] {one.recipient}: {mail.subject}\n    {mail.opening}", flush=True)
            self.write()

    def write(self) -> None:
        delivered = self.world.delivered
        page.write(self.file, delivered, _company(delivered), TIMEZONE, title="What was mailed in practice")

    def reply(self, line: str) -> None:
        said = _REPLY.fullmatch(line.strip())
        if said is None:
            return
        number = int(said[1] or len(self.shown))
        if not 1 <= number <= len(self.shown):
            print("  There is no such mail." if said[1] else "  There is no mail yet to reply to.", flush=True)
            return
        mail = opened(self.shown[number - 1].raw)
        writer = _writer(mail.recipient)
        self.world.send(clients.gmail(writer, mail, said[2], datetime.now(UTC)))
        print(f"    {writer.address} has replied: {said[2]}", flush=True)


def _company(delivered: Sequence[Delivered]) -> Company:
    """Everybody who may have written."""
    written_to = {address(one.recipient) for one in delivered} - {ORGANISATION}
    return Company(tuple(Someone(_writer(one), None) for one in sorted(written_to)))


def _writer(recipient: str) -> Writer:
    known = COMPANY.at(recipient)
    if known is not None:
        return known.writer
    return Writer(recipient.partition("@")[0], address(recipient), "en", "en_GB", TIMEZONE)
