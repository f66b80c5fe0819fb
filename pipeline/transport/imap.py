"""The mailbox that replies arrive in: fetch what is new, move what was read, wait for more.

One connection of IMAP4rev1 (RFC 3501, RFC 9051) by imapclient. The \\Seen flag is neither read nor set: any person who
opens the inbox sets it. What a message means, and whether it is moved, is inbox's business.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from functools import partial

import msgspec
from imapclient import SEEN, IMAPClient, SocketTimeout
from imapclient.exceptions import CapabilityError, IMAPClientError, LoginError
from imapclient.imapclient import JUNK

from pipeline.settings import Imap
from pipeline.transport import (
    CONNECT_TIMEOUT,
    READ_TIMEOUT,
    LoginRefusedError,
    TransportError,
    begin_step,
    certificate_ends,
    explained,
    oauth,
    verified_tls,
)

log = logging.getLogger("onenumber")

LARGEST = 256 * 1024  # bytes; of a larger message only so much is fetched: what was typed stands at its top
_BATCH = 100
_MOVED_AT_ONCE = 500  # so that the command fits into the line that a server must take (RFC 7162 section 4: 8192 octets)
_DONE_SECONDS = 10.0  # for an answer to DONE: a connection that died without a word is given up, and mails are not late
_LOAD = 2 * 1024 * 1024  # bytes that are fetched at a time, at most, besides one message
_SLICE = 0.5  # seconds between two looks at whether to stop waiting
_BACKOFF = re.compile(r"backoff time:\s*(\d+)\s*milliseconds", re.IGNORECASE)
_PRINTED_BYTES = re.compile(r"""b(['"])(.*)\1""", re.DOTALL)
_LONGEST_BACKOFF = 3600.0  # seconds
_UNAVAILABLE = re.compile(
    # Not the password's fault: RFC 5530 section 3, and what imaplib says of a line that was cut or garbled.
    r"\[(UNAVAILABLE|INUSE|LIMIT|SERVERBUG)\]|^command: |^socket error"
)


class Fetched(msgspec.Struct, frozen=True):
    """One message: its UID, when the server says it arrived (INTERNALDATE, in UTC), and its bytes, cut at LARGEST."""

    uid: int
    arrived: datetime
    raw: bytes


class Folder(msgspec.Struct, frozen=True):
    """A folder as it is selected: its name on the server and its UIDVALIDITY (RFC 9051 section 2.3.1.1)."""

    name: str
    uidvalidity: int


class Mailbox:
    """One connection to the mailbox. After a TransportError it is closed, and the next call makes a new one."""

    def __init__(self, settings: Imap) -> None:
        self._settings = settings
        self._server = f"IMAP server {settings.host}:{settings.port}"
        self._client: IMAPClient | None = None
        self._selected: Folder | None = None
        self._last = 0  # the highest UID of the current folder that we know of
        self._there: set[str] = set()

    @property
    def sign_in_ends(self) -> datetime | None:
        """When a person has to consent again at the provider of OAuth 2.0, if that is known."""
        if self._settings.oauth is None:
            return None
        try:
            return oauth.provider(self._settings.oauth, self._settings.username).ends()
        except TransportError:
            return None  # which `open` tells

    def open(self) -> None:
        """Connect and log in, unless that is done. Raises TransportError."""
        if self._client is None:
            with self._explaining():
                self._client = self._with_a_token() if self._settings.oauth else self._logged_in(self._log_in)

    def _logged_in(self, log_in: Callable[[IMAPClient], object]) -> IMAPClient:
        client = self._connected()
        try:
            if self._settings.security == "starttls":
                client.starttls(ssl_context=verified_tls())
            log_in(client)
        except BaseException:
            with suppress(IMAPClientError, OSError):
                client.shutdown()
            raise
        return client

    def _log_in(self, client: IMAPClient) -> None:
        password = self._settings.password
        client.login(self._settings.username, password.reveal() if password else "")

    def _with_a_token(self) -> IMAPClient:
        """Logged in by OAuth 2.0. A token that was kept may have been revoked since, so a fresh one has a try too."""
        settings, mailbox = self._settings.oauth, self._settings.username
        if settings is None:
            raise RuntimeError("there are no settings for OAuth 2.0")
        tokens = oauth.provider(settings, mailbox)
        for fresh in (False, True):
            token = tokens.token(fresh=fresh)
            try:
                return self._logged_in(partial(_authenticate, mailbox=mailbox, token=token))
            except LoginError as error:
                refused = _said(error)
        raise LoginRefusedError(
            f"{self._server} refused the login ({refused}). {oauth.hint(settings, mailbox, refused)}"
        )

    def _connected(self) -> IMAPClient:
        tls = self._settings.security == "tls"
        client = IMAPClient(
            self._settings.host,
            self._settings.port,
            ssl=tls,
            ssl_context=verified_tls() if tls else None,
            timeout=SocketTimeout(connect=CONNECT_TIMEOUT, read=READ_TIMEOUT),
        )
        client.normalise_times = False
        return client

    def select(self, folder: str) -> Folder | None:
        """Make a folder the current one; None if there is no such folder."""
        name = self._name(folder)
        if self._selected is not None and self._selected.name == name:
            return self._selected
        with self._explaining():
            if not self._open_client().folder_exists(name):
                return None
            facts = self._open_client().select_folder(name)
            self._selected = Folder(name, int(facts[b"UIDVALIDITY"]))
            self._last = int(facts.get(b"UIDNEXT", 1)) - 1
            return self._selected

    def uids(self, after: int = 0) -> list[int]:
        """The UIDs of the current folder above `after`, in their order."""
        with self._explaining():
            self._open_client().noop()
            found = self._open_client().search(["UID", f"{after + 1}:*"])
            # `n:*` always names the last message, even below n (RFC 9051 section 9, seq-range).
            fresh = sorted(uid for uid in found if uid > after)
            if fresh:
                self._last = max(self._last, fresh[-1])
            return fresh

    def fetch(self, uids: Sequence[int]) -> Iterator[list[Fetched]]:
        """The messages of the current folder, in batches. Whatever is gone by now is left out."""
        for start in range(0, len(uids), _BATCH):
            batch = uids[start : start + _BATCH]
            with self._explaining():
                sizes = self._open_client().fetch(batch, ["RFC822.SIZE"])
            there = {uid: min(LARGEST, sizes[uid].get(b"RFC822.SIZE", LARGEST)) for uid in batch if uid in sizes}
            for few in _loads(there):
                # Never BODY.PEEK[]: some servers only estimate the size (Exchange; RFC 9051 section 2.3.4 forbids it).
                fetched = self._bodies(few, f"BODY.PEEK[]<0.{LARGEST}>", b"BODY[]<0>")
                yield sorted(fetched, key=lambda one: one.uid)

    def headers(self, uids: Sequence[int] | None = None) -> Iterator[list[Fetched]]:
        """The header blocks of these messages of the current folder, or of all, in batches, each cut at LARGEST."""
        uids = self.uids() if uids is None else uids
        for start in range(0, len(uids), _BATCH):
            yield self._bodies(uids[start : start + _BATCH], f"BODY.PEEK[HEADER]<0.{LARGEST}>", b"BODY[HEADER]<0>")

    def arrived_before(self, day: date) -> list[int]:
        """The UIDs of the current folder's messages that the server dates before that day (RFC 9051 section 6.4.4)."""
        with self._explaining():
            return sorted(self._open_client().search(["BEFORE", day]))

    def arrived_since(self, day: date) -> list[int]:
        """The UIDs of the current folder's messages that the server dates on that day or later."""
        with self._explaining():
            return sorted(self._open_client().search(["SINCE", day]))

    def arrived_after(self, moment: datetime) -> list[int]:
        """The UIDs of the current folder's messages that the server dates later than that (aware), in their order."""
        # The day before, for SEARCH knows days alone, and takes them on the server's own clock.
        uids = self.arrived_since((moment - timedelta(days=1)).date())
        with self._explaining():
            found = self._open_client().fetch(uids, ["INTERNALDATE"]) if uids else {}
        return sorted(uid for uid, facts in found.items() if _utc(facts.get(b"INTERNALDATE")) > moment)

    def _bodies(self, uids: Sequence[int], what: str, key: bytes) -> list[Fetched]:
        if not uids:
            return []
        with self._explaining():
            found = self._open_client().fetch(uids, [what, "INTERNALDATE"])
        for uid, facts in found.items():
            if key in facts and not isinstance(facts[key], bytes):
                log.warning("the server does not give out a message folder=%s uid=%d", self._selected, uid)
        return [
            Fetched(uid, _utc(facts.get(b"INTERNALDATE")), facts[key])
            for uid, facts in found.items()
            if isinstance(facts.get(key), bytes)
        ]

    def move(self, uids: Sequence[int], folder: str) -> None:
        """Move messages of the current folder to another, which is made if it is missing. Whatever is gone by now is
        no error."""
        if not uids:
            return
        target = self._name(folder)
        with self._explaining():
            client = self._open_client()
            self._ensure(client, target)
            for start in range(0, len(uids), _MOVED_AT_ONCE):
                some = uids[start : start + _MOVED_AT_ONCE]
                try:
                    _moved(client, some, target)
                except IMAPClientError as error:
                    if "EXPUNGEISSUED" not in str(error):  # somebody took one away just now (RFC 5530 section 3)
                        raise
                    client.noop()
                    _moved(client, some, target)

    def append(self, folder: str, message: bytes) -> None:
        """Put a message of our own into a folder, as read, dated by the server's clock; the folder is made if it is
        missing."""
        target = self._name(folder)
        with self._explaining():
            client = self._open_client()
            if target != "INBOX":
                self._ensure(client, target)
            client.append(target, message, flags=[SEEN])

    def find(self, message_id: str) -> list[int]:
        """The UIDs of the messages in the current folder that have this Message-ID."""
        with self._explaining():
            self._open_client().noop()
            return sorted(self._open_client().search(["HEADER", "Message-ID", message_id]))

    def remove(self, uids: Sequence[int]) -> bool:
        """Delete messages of the current folder for ever. False where the server could only mark them as deleted:
        without UIDPLUS an EXPUNGE would take along what other people have marked (RFC 4315 section 2.1)."""
        with self._explaining():
            client = self._open_client()
            for_good = bool(client.has_capability("UIDPLUS"))
            for start in range(0, len(uids), _MOVED_AT_ONCE):
                few = uids[start : start + _MOVED_AT_ONCE]
                client.delete_messages(few, silent=True)
                if for_good:
                    client.uid_expunge(few)
        return for_good or not uids

    def offers(self, capability: str) -> bool:
        """Has the server this extension (RFC 9051 section 6.1.1), now that we are logged in?"""
        with self._explaining():
            return bool(self._open_client().has_capability(capability))

    @property
    def certificate_ends(self) -> datetime | None:
        """When the server's certificate expires (UTC), of an open and encrypted connection."""
        return None if self._client is None else certificate_ends(self._client.socket())

    def _ensure(self, client: IMAPClient, name: str) -> None:
        if name not in self._there and not client.folder_exists(name):
            client.create_folder(name)
            with suppress(IMAPClientError):
                client.subscribe_folder(name)
        self._there.add(name)

    def wait(self, seconds: float, stopped: Callable[[], bool]) -> bool:
        """Wait for a new message in the current folder, at most so long, in IDLE (RFC 2177) where the server has it.
        True if something has changed since we looked last: what came meanwhile has been told in the answer to another
        command, or is told with the one to IDLE, where imapclient does not see it before more is said. Raises
        TransportError when the connection dies."""
        with self._explaining():
            client = self._open_client()
            if not client.has_capability("IDLE"):
                return False
            if self._has_come_since():
                return True
            client.idle()
            changed = False
            while seconds > 0 and not changed and not stopped():
                changed = _has_come(client.idle_check(timeout=min(seconds, _SLICE)))
                seconds -= _SLICE  # not by the clock: at the end of the stream idle_check answers at once, for ever
            client.socket().settimeout(min(_DONE_SECONDS, READ_TIMEOUT))
            _, told = client.idle_done()
            client.socket().settimeout(READ_TIMEOUT)
            changed = changed or _has_come(told)
            if changed:
                self.uids(self._last)  # which are told of now, and not once more the next time
            return changed

    @property
    def is_open(self) -> bool:
        return self._client is not None

    @property
    def can_wait(self) -> bool:
        return self._client is not None and bool(self._client.has_capability("IDLE"))

    def _has_come_since(self) -> bool:
        """Is there a message behind the last that we know of? Of one that comes while we look the server may tell with
        the answer itself, behind what was found, and never again: then we look once more."""
        told = self._open_client()._imap.response  # imaplib keeps what was told beside an answer until somebody asks
        told("EXISTS")
        while not self.uids(self._last):
            if told("EXISTS")[1] == [None]:
                return False
        return True

    @property
    def junk(self) -> str | None:
        """The folder that the server marks as the one for junk (RFC 6154), or that bears a usual name for it."""
        with self._explaining():
            return self._open_client().find_special_folder(JUNK)  # type: ignore[no-any-return]  # it is untyped

    def close(self) -> None:
        """Log out, if there is a connection."""
        client, self._client = self._client, None
        self._selected = None
        self._there.clear()
        if client is not None:
            with suppress(IMAPClientError, OSError):
                client.shutdown()

    def _open_client(self) -> IMAPClient:
        if self._client is None:
            raise TransportError(f"{self._server}: the connection is closed. It is tried again by itself.")
        return self._client

    def _name(self, folder: str) -> str:
        """A folder as the settings write it, with `/` between its parts, in the server's own spelling."""
        if folder.upper() == "INBOX":
            return "INBOX"
        self.open()
        with self._explaining():
            client = self._open_client()
            prefix, separator = "", "/"
            if client.has_capability("NAMESPACE"):
                personal = client.namespace().personal
                if personal:
                    prefix, separator = personal[0]
            name = folder.replace("/", separator or "/")
            return name if name.startswith(prefix) else prefix + name

    def _explaining(self) -> _Explaining:
        return _Explaining(self)

    def _why(self, error: BaseException) -> TransportError:
        if self._settings.oauth and "authenticated but not connected" in str(error).casefold():
            what = oauth.hint(self._settings.oauth, self._settings.username, str(error))
            return LoginRefusedError(f"{self._server} said: {_said(error)}. {what}")
        backoff = _BACKOFF.search(str(error))
        pause = min(int(backoff[1]) / 1000, _LONGEST_BACKOFF) if backoff else None
        if isinstance(error, LoginError) and pause is None and not _UNAVAILABLE.search(str(error)):
            return LoginRefusedError(
                f"{self._server} refused the login ({_said(error)}). Check imap.username and imap.password."
            )
        no_imap = "unexpected response" in str(error)  # imaplib's word for a greeting of something else
        if isinstance(error, IMAPClientError) and not no_imap:
            lacks = isinstance(error, CapabilityError)
            what = "Check imap.port and imap.security." if lacks else "It is tried again by itself."
            return TransportError(f"{self._server} said: {_said(error)}. {what}", pause)
        if not isinstance(error, OSError):
            said = f"it answered what is not IMAP ({type(error).__name__}: {' '.join(str(error).split())})"
            return TransportError(
                f"{self._server}: {said}. It is tried again by itself. Check imap.host and imap.port."
            )
        return TransportError(explained(self._server, error), pause)


def _has_come(told: Iterable[object]) -> bool:
    """Does the server tell of a new message?"""
    return any(b"EXISTS" in one or b"RECENT" in one for one in told if isinstance(one, tuple))


def _said(error: BaseException) -> str:
    """The server's own words, on one line; imaplib passes them on as bytes that were printed."""
    return " ".join(_PRINTED_BYTES.sub(r"\2", str(error)).split())


def _loads(sizes: Mapping[int, int]) -> Iterator[list[int]]:
    """The UIDs in their order, in loads that stay small in memory."""
    load: list[int] = []
    for uid in sorted(sizes):
        if load and sum(sizes[one] for one in load) + sizes[uid] > _LOAD:
            yield load
            load = []
        load.append(uid)
    if load:
        yield load


class _Explaining:
    """Turns whatever goes wrong with a connection into a TransportError, and gives the connection up. That is any
    exception at all: on an answer that is no IMAP, imaplib and imapclient fail in ways of their own."""

    def __init__(self, mailbox: Mailbox) -> None:
        self._mailbox = mailbox

    def __enter__(self) -> None:
        if self._mailbox._client is not None:
            begin_step(self._mailbox._client.socket())

    def __exit__(self, kind: object, error: BaseException | None, traceback: object) -> None:
        if isinstance(error, Exception) and not isinstance(error, TransportError):
            why = self._mailbox._why(error)
            self._mailbox.close()
            raise why from None


def _authenticate(client: IMAPClient, mailbox: str, token: str) -> None:
    """Raises LoginError with what the server said, and TransportError where it takes no tokens."""
    offered = {one[5:].decode().upper() for one in client.capabilities() if one.upper().startswith(b"AUTH=")}
    login = oauth.login(offered, mailbox, token)
    try:
        client.sasl_login(login.mechanism, login)
    except IMAPClientError as error:
        raise LoginError(" ".join(filter(None, (str(error), login.refusal)))) from None


def _moved(client: IMAPClient, uids: Sequence[int], target: str) -> None:
    if client.has_capability("MOVE"):
        client.move(uids, target)
        return
    client.copy(uids, target)
    client.delete_messages(uids, silent=True)
    if client.has_capability("UIDPLUS"):
        # A plain EXPUNGE would take along what other people have marked (RFC 4315 section 2.1).
        client.uid_expunge(uids)


def _utc(at: object) -> datetime:
    """INTERNALDATE in UTC; a server that names none leaves the time of fetching to decide."""
    if not isinstance(at, datetime):
        return datetime.max.replace(tzinfo=UTC)
    return (at if at.tzinfo else at.astimezone()).astimezone(UTC)
