"""Hand mails in for delivery: one connection, one mail after the other, one recipient each.

What can come of it is told apart in `delivery`. What follows from it (a retry, a dead address) is outbox's business.
"""

from __future__ import annotations

import re
import smtplib
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from functools import partial

from pipeline.settings import Smtp
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
from pipeline.transport.delivery import Accepted, Delivery, Lost, Refused, Withheld

_BRACKETED = re.compile(r"<[^<>\s@]+@[^<>\s]+>")
_AMAZON = re.compile(r"\bOk ([0-9a-f]{16}-[0-9a-f-]{20,})", re.IGNORECASE)
_LIMIT = r"daily .{0,30}limit|quota exceeded|rate limit|too many (messages|recipients)"
_TOO_MUCH = re.compile(_LIMIT, re.IGNORECASE)
_LATER = re.compile(
    # 5xx that mean later (Microsoft 365 and Google's own documents on sending limits): the day's or the tenant's
    # quota is used up, or Sent Items is full.
    rf"^554 5\.2\.[02]|^550 5\.4\.5|{_LIMIT}|try again",
    re.IGNORECASE,
)
_GREYLISTED = re.compile(r"45[01] 4\.[27]\.")
"""At the end of DATA, where rspamd and others greylist too (RFC 6647 section 2.5). What is about the server itself has
other codes (RFC 3463 section 3.4: X.3.X)."""


_DOT_ATOM = re.compile(r"[\w!#$%&'*+/=?^`{|}~.-]+@[\w.-]+", re.ASCII)
"""A mailbox that stands between < and > as it is (RFC 5321 section 4.1.2)."""

_GO_ON = 354
_NO_SMTP = -1  # smtplib's code for a line that has none
_FAILURES = (smtplib.SMTPException, OSError, ValueError)  # the last where an answer is no SMTP, such as bad base64


class Submission:
    """One connection to the submission server (RFC 6409). Not shared between threads."""

    def __init__(self, settings: Smtp) -> None:
        self._settings = settings
        self._server = f"SMTP server {settings.host}:{settings.port}"
        self._smtp: smtplib.SMTP | None = None

    def open(self) -> None:
        """Connect and log in, unless that is done. Raises TransportError."""
        if self._smtp is not None:
            return
        try:
            self._smtp = self._with_a_token() if self._settings.oauth else self._logged_in(self._log_in)
        except _FAILURES as error:
            kind = LoginRefusedError if _is_login_refused(error) else TransportError
            raise kind(self._why(error)) from None

    def _logged_in(self, log_in: Callable[[smtplib.SMTP], None]) -> smtplib.SMTP:
        smtp = self._connected()
        try:
            self._greet(smtp)
            log_in(smtp)
        except BaseException:
            smtp.close()
            raise
        return smtp

    def _with_a_token(self) -> smtplib.SMTP:
        """Logged in by OAuth 2.0. A token that was kept may have been revoked since, so a fresh one has a try too."""
        settings, mailbox = self._settings.oauth, self._settings.username
        if settings is None or mailbox is None:
            raise RuntimeError("there are no settings for OAuth 2.0")
        tokens = oauth.provider(settings, mailbox)
        for fresh in (False, True):
            token = tokens.token(fresh=fresh)
            try:
                return self._logged_in(partial(_authenticate, mailbox=mailbox, token=token))
            except smtplib.SMTPAuthenticationError as error:
                refused = _said(error)
        raise LoginRefusedError(
            f"{self._server} refused the login ({refused}). {oauth.hint(settings, mailbox, refused)}"
        )

    def _connected(self) -> smtplib.SMTP:
        host, port = self._settings.host, self._settings.port
        if self._settings.security == "tls":
            return smtplib.SMTP_SSL(host, port, timeout=CONNECT_TIMEOUT, context=verified_tls())
        return smtplib.SMTP(host, port, timeout=CONNECT_TIMEOUT)

    def _greet(self, smtp: smtplib.SMTP) -> None:
        if self._settings.security == "starttls":
            smtp.starttls(context=verified_tls())
        smtp.ehlo_or_helo_if_needed()
        if smtp.sock is not None:
            smtp.sock.settimeout(READ_TIMEOUT)

    def _log_in(self, smtp: smtplib.SMTP) -> None:
        if self._settings.username is not None and self._settings.password is not None:
            smtp.login(self._settings.username, self._settings.password.reveal())

    def send(
        self, sender: str, recipient: str, message: bytes, still_ours: Callable[[], bool] = lambda: True
    ) -> Delivery:
        """Hand in one mail. After Lost the connection is closed; `open` makes a new one. `still_ours` is asked when the
        server has taken the envelope, for which it may take its time: from then on nothing can be taken back."""
        if self._smtp is None:
            raise RuntimeError("send() needs an open connection")
        begin_step(self._smtp.sock)
        try:
            return self._transaction(self._smtp, sender, recipient, message, still_ours)
        except _FAILURES as error:
            self.close()
            return Lost(str(error) or type(error).__name__)

    def tried(self, sender: str, recipient: str) -> Refused | Lost | None:
        """Would the server take a mail of this sender to this recipient? None where it would. The envelope is given
        and taken back (RSET, RFC 5321 section 4.1.1.5): no mail leaves."""
        if self._smtp is None:
            raise RuntimeError("tried() needs an open connection")
        begin_step(self._smtp.sock)
        try:
            refused = self._envelope(self._smtp, sender, recipient, 0)
            if refused is None:
                self._smtp.rset()
        except _FAILURES as error:
            self.close()
            return Lost(str(error) or type(error).__name__)
        return refused

    @property
    def certificate_ends(self) -> datetime | None:
        """When the server's certificate expires (UTC), of an open and encrypted connection."""
        return None if self._smtp is None else certificate_ends(self._smtp.sock)

    def _transaction(
        self, smtp: smtplib.SMTP, sender: str, recipient: str, message: bytes, still_ours: Callable[[], bool]
    ) -> Delivery:
        refused = self._envelope(smtp, sender, recipient, len(message))
        if refused is not None:
            return refused
        if not still_ours():
            if not _is_reset(smtp):
                self.close()
            return Withheld()
        code, said = smtp.docmd("data")
        is_taken = False
        if code == _GO_ON:
            smtp.send(_with_dots_doubled(message) + b".\r\n")
            code, said = smtp.getreply()
            is_taken = _is_yes(code)
        answer = said.decode("utf-8", errors="replace")
        if not is_taken:
            greylisted = _GREYLISTED.match(f"{code} {answer}") is not None
            return self._refused(smtp, code, said, permanent=code >= 500, recipient=greylisted)
        return Accepted((*_BRACKETED.findall(answer), *_AMAZON.findall(answer)))

    def _envelope(self, smtp: smtplib.SMTP, sender: str, recipient: str, size: int) -> Refused | None:
        international = not (recipient + sender).isascii()
        options: list[str] = []
        if international:
            if not smtp.has_extn("smtputf8"):
                # RFC 6531: without the extension there is no way to name such a mailbox.
                return Refused(553, "the server cannot name this address (no SMTPUTF8)", permanent=True, recipient=True)
            smtp.command_encoding = "utf-8"
            options = ["SMTPUTF8"]
        if smtp.has_extn("size"):
            options.append(f"size={size}")
        commands = [" ".join([f"mail FROM:{_path(sender)}", *options]), f"rcpt TO:{_path(recipient)}"]
        is_pipelined = smtp.has_extn("pipelining")  # RFC 2920: one way to the server and back for both
        _say(smtp, *commands[: 2 if is_pipelined else 1])
        code, said = smtp.getreply()
        if not _is_yes(code):
            if is_pipelined and code != 421:
                with suppress(*_FAILURES):
                    smtp.getreply()  # without a sender, no recipient was taken
            # The sender is refused, not this recipient: whatever the code, it is for the operator to mend.
            return self._refused(smtp, code, said, permanent=False, recipient=False)
        if not is_pipelined:
            _say(smtp, commands[1])
        code, said = smtp.getreply()
        if not _is_yes(code):
            return self._refused(smtp, code, said, permanent=code >= 500, recipient=True)
        return None

    def _refused(self, smtp: smtplib.SMTP, code: int, said: bytes, *, permanent: bool, recipient: bool) -> Refused:
        answer = " ".join(said.decode("utf-8", errors="replace").split())
        later = _LATER.search(f"{code} {answer}") is not None
        # "Try again" is what each recipient's own greylisting says as well, so that it tells nothing about us.
        about_us = later if code >= 500 else _TOO_MUCH.search(answer) is not None
        if not 200 <= code <= 599:  # RFC 5321 section 4.2: not an answer, so nobody knows
            raise smtplib.SMTPServerDisconnected(f"the server answered what is not SMTP: {answer}")
        if code == 421 or not _is_reset(smtp):  # RFC 5321 section 3.8: the server is closing the connection
            self.close()
        return Refused(code, answer, permanent and not later, recipient and not about_us)

    @property
    def is_open(self) -> bool:
        return self._smtp is not None

    def close(self) -> None:
        """Say goodbye, if there is anybody to say it to."""
        smtp, self._smtp = self._smtp, None
        if smtp is None:
            return
        try:
            if smtp.sock is not None:
                smtp.sock.settimeout(2)
            smtp.quit()
        except _FAILURES:
            smtp.close()

    def _why(self, error: BaseException) -> str:
        if isinstance(error, smtplib.SMTPNotSupportedError):
            return f"{self._server} does not offer what smtp.security or the login needs: {error}. Check both."
        if isinstance(error, smtplib.SMTPResponseException):
            said = _said(error)
            if error.smtp_code == _NO_SMTP:
                return (
                    f"{self._server}: what answers there is no SMTP server ({said.removeprefix(f'{_NO_SMTP} ')}). "
                    "Check smtp.host and smtp.port."
                )
            if _is_login_refused(error):
                return f"{self._server} refused the login ({said}). Check smtp.username and smtp.password."
            return f"{self._server} does not take mail now ({said}). It is tried again by itself."
        return explained(self._server, error)


def _is_yes(code: int) -> bool:
    """By its first digit, whatever stands behind it (RFC 5321 section 4.2: of a code that is not known, the first digit
    alone tells). A mail that was taken and then counted as refused would be sent again."""
    return 200 <= code <= 299


def _said(error: smtplib.SMTPResponseException) -> str:
    raw = error.smtp_error
    answer = raw.decode("utf-8", "replace") if isinstance(raw, bytes) else raw
    return f"{error.smtp_code} {' '.join(answer.split())}"


def _is_login_refused(error: BaseException) -> bool:
    """For good: a server whose accounts cannot be looked up now says 454 (RFC 4954 section 6), which is no fault of
    the password's."""
    return isinstance(error, smtplib.SMTPAuthenticationError) and error.smtp_code >= 500


def _authenticate(smtp: smtplib.SMTP, mailbox: str, token: str) -> None:
    """Raises SMTPAuthenticationError, and TransportError where the server takes no tokens."""
    login = oauth.login(set(smtp.esmtp_features.get("auth", "").upper().split()), mailbox, token)
    smtp.auth(login.mechanism, lambda challenge=None: login(challenge).decode())


def _path(address: str) -> str:
    """An address as the envelope names it. The standard library takes each apart, for it may be one with a name."""
    return f"<{address}>" if _DOT_ATOM.fullmatch(address) else smtplib.quoteaddr(address)


def _say(smtp: smtplib.SMTP, *commands: str) -> None:
    """Commands in one packet. Raises ValueError for one that would be two."""
    if any("\r" in command or "\n" in command for command in commands):
        raise ValueError("a command would hold a line end")
    smtp.send("".join(f"{command}\r\n" for command in commands))


def _with_dots_doubled(message: bytes) -> bytes:
    """A dot at the beginning of a line, which by itself would end the message (RFC 5321 section 4.5.2). The message has
    CRLF at each line end, and begins with a header."""
    return message.replace(b"\r\n.", b"\r\n..")


def _is_reset(smtp: smtplib.SMTP) -> bool:
    """Is the line ready for the next mail? That a server hangs up once it has refused one takes nothing back."""
    try:
        return smtp.rset()[0] == 250
    except _FAILURES:
        return False
