"""A real Dovecot and a real Postfix, with configuration, data and ports of their own below a temporary folder.

Every address at firm.test has a mailbox; one password opens them all, and a token opens the one it was granted for.
Three ports take mail from outside, each with its own verdict in Authentication-Results: it is what the receiving server
would have written.
"""

from __future__ import annotations

import os
import pwd
import re
import shutil
import smtplib
import socket
import ssl
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from imapclient import IMAPClient

from tests.servers.authority import certificates
from tests.servers.tokens import TokenServer

DOMAIN = "firm.test"
INTERNATIONAL_DOMAIN = "xn--blbr-roah.test"  # blåbær.test
PASSWORD = "one-number-tests"
AUTHSERV_ID = "mx.firm.test"
_SMALL_MAILBOXES = ("small", "narrow")
_fillings = count(1)
_PATIENCE = 60  # seconds until a test gives up on a server


@dataclass(frozen=True)
class MailServers:
    """The running servers. Ports are on 127.0.0.1."""

    folder: Path
    authority: Path
    imap_port: int
    submission_port: int
    submissions_port: int
    vouched_port: int
    failing_port: int
    silent_port: int
    lmtp_port: int
    tokens: TokenServer
    small_mailboxes: Iterator[str] = field(default_factory=lambda: iter(_SMALL_MAILBOXES))
    """Tags of firms whose mailbox holds 30,000 bytes and no more."""

    def tls(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(self.authority))

    def submit(self, sender: str, recipient: str, message: bytes) -> None:
        """Hand a mail in as a person's own client does: STARTTLS, then AUTH."""
        with smtplib.SMTP("127.0.0.1", self.submission_port, timeout=_PATIENCE) as smtp:
            smtp.starttls(context=self.tls())
            smtp.login(sender, PASSWORD)
            smtp.sendmail(sender, [recipient], message)

    def deliver(self, sender: str, recipient: str, message: bytes, *, verdict: str = "pass") -> None:
        """Bring a mail from outside: our server vouches for it (`pass`), knows better (`fail`), or says `nothing`."""
        port = {"pass": self.vouched_port, "fail": self.failing_port, "nothing": self.silent_port}[verdict]
        with smtplib.SMTP("127.0.0.1", port, timeout=_PATIENCE) as smtp:
            smtp.sendmail(sender, [recipient], message)

    @contextmanager
    def mailbox(self, address: str, folder: str = "INBOX") -> Iterator[IMAPClient]:
        client = IMAPClient("127.0.0.1", self.imap_port, ssl_context=self.tls(), timeout=_PATIENCE)
        with client:
            client.login(address, PASSWORD)
            client.select_folder(folder)
            yield client

    def messages(self, address: str, folder: str = "INBOX") -> list[bytes]:
        """The mails of a folder, oldest first."""
        with self.mailbox(address, folder) as client:
            uids = client.search()
            return (
                [facts[b"BODY[]"] for _, facts in sorted(client.fetch(uids, ["BODY.PEEK[]"]).items())] if uids else []
            )

    def fill(self, address: str, messages: Sequence[bytes], *, arrived: datetime | None = None) -> None:
        """Put messages into an inbox as files of its Maildir, in their order: thousands of them in a moment."""
        folder = self.folder / "mail" / address
        self.messages(address)  # makes the Maildir
        at = (arrived or datetime.now(UTC)).timestamp()
        for number, raw in enumerate(messages):
            name = f"{int(at)}.M{number:07}P{next(_fillings)}.fill"
            aside = folder / "tmp" / name
            aside.write_bytes(raw)
            os.utime(aside, (at, at))
            shutil.chown(aside, "mail", "mail")
            aside.rename(folder / "new" / name)
        index = ["/usr/bin/doveadm", "-c", str(self.folder / "dovecot.conf"), "index", "-u", address, "INBOX"]
        subprocess.run(index, check=True)

    def wait_for(self, address: str, count: int, folder: str = "INBOX") -> list[bytes]:
        """The mails of a folder, as soon as there are so many; IDLE tells when to look again."""
        until = time.monotonic() + _PATIENCE
        with self.mailbox(address) as client:
            while not client.folder_exists(folder) or len(self._selected(client, folder).search()) < count:
                if time.monotonic() > until:
                    raise AssertionError(f"{address} has no {count} mails in {folder}")
                client.idle()
                client.idle_check(timeout=0.2)
                client.idle_done()
        return self.messages(address, folder)

    @staticmethod
    def _selected(client: IMAPClient, folder: str) -> IMAPClient:
        client.select_folder(folder)
        return client

    def is_empty_queue(self) -> bool:
        """Has Postfix nothing left to deliver?"""
        queues = ("incoming", "active", "deferred", "maildrop")
        return not any(files for queue in queues for _, _, files in os.walk(self.folder / "postfix/queue" / queue))

    def settle(self) -> None:
        """Wait until everything that was handed in has arrived."""
        until = time.monotonic() + _PATIENCE
        while not self.is_empty_queue():
            if time.monotonic() > until:
                raise AssertionError(
                    f"Postfix still has mail to deliver: {(self.folder / 'postfix/log').read_text()[-2000:]}"
                )
            os.sched_yield()

    def restart_imap(self) -> None:
        """Stop Dovecot, whoever is logged in, and start it again."""
        config = self.folder / "dovecot.conf"
        command = ["/usr/sbin/dovecot", "-c", str(config)]
        subprocess.run([*command, "stop"], check=True)
        until = time.monotonic() + _PATIENCE
        while (self.folder / "dovecot-run/master.pid").exists() and time.monotonic() < until:
            os.sched_yield()
        _run(command, self.folder)
        for port in re.findall(r"^    port = ([1-9]\d*)$", config.read_text(), re.MULTILINE):
            _wait_for_port(int(port), self.folder)

    def left_alone(self, address: str) -> None:
        """Wait until Dovecot has ended every session of a mailbox: one that is ending may still write its indexes."""
        until = time.monotonic() + _PATIENCE
        who = ["/usr/bin/doveadm", "-c", str(self.folder / "dovecot.conf"), "who", "-1", address]
        while address in subprocess.run(who, capture_output=True, text=True, check=True).stdout:
            if time.monotonic() > until:
                raise AssertionError(f"Dovecot still has a session of {address}")


def missing() -> list[str]:
    """The programs that are not installed."""
    programs = (
        "/usr/sbin/dovecot",
        "/usr/bin/doveadm",
        "/usr/lib/dovecot/lmtp",
        "/usr/lib/dovecot/imap",
        "/usr/sbin/postfix",
    )
    return [program for program in programs if not Path(program).exists()]


@contextmanager
def running() -> Iterator[MailServers]:
    """Start both servers, and stop just these in the end."""
    folder = Path(tempfile.mkdtemp(prefix="onenumber-servers-"))
    folder.chmod(0o755)
    authority, certificate, key = certificates(folder)
    ports = free_ports(8)
    tokens = TokenServer(certificate, key)
    *taken, auth_port = ports
    servers = MailServers(folder, authority, *taken, tokens)
    try:
        _start_dovecot(servers, certificate, key, auth_port)
        _start_postfix(servers, certificate, key, auth_port)
        for port in (servers.imap_port, servers.submission_port, servers.lmtp_port):
            _wait_for_port(port, folder)
        yield servers
    finally:
        tokens.close()
        subprocess.run(
            ["/usr/sbin/postfix", "-c", str(folder / "postfix/etc"), "stop"], capture_output=True, check=False
        )
        subprocess.run(
            ["/usr/sbin/dovecot", "-c", str(folder / "dovecot.conf"), "stop"], capture_output=True, check=False
        )
        shutil.rmtree(folder, ignore_errors=True)


def _start_dovecot(servers: MailServers, certificate: Path, key: Path, auth_port: int) -> None:
    folder = servers.folder
    mail = folder / "mail"
    mail.mkdir()
    shutil.chown(mail, "mail", "mail")
    user, small = pwd.getpwnam("mail"), [f"number.{tag}@{DOMAIN}" for tag in _SMALL_MAILBOXES]
    (folder / "users").write_text(
        "".join(
            f"{address}::{user.pw_uid}:{user.pw_gid}::{mail}/{address}::userdb_quota_rule=*:bytes=30000\n"
            for address in small
        )
    )
    (folder / "oauth2.conf").write_text(f"""
introspection_url = {servers.tokens.introspection}
introspection_mode = post
force_introspection = yes
active_attribute = active
active_value = true
username_attribute = username
""")
    config = folder / "dovecot.conf"
    config.write_text(f"""
protocols = imap lmtp
listen = 127.0.0.1
base_dir = {folder}/dovecot-run
state_dir = {folder}/dovecot-state
log_path = {folder}/dovecot.log
ssl = required
ssl_cert = <{certificate}
ssl_key = <{key}
ssl_min_protocol = TLSv1.2
disable_plaintext_auth = yes
auth_username_format = %Lu
recipient_delimiter = +
mail_location = maildir:{mail}/%Lu
first_valid_uid = 1
mail_fsync = never
mail_max_userip_connections = 100
auth_mechanisms = plain login xoauth2 oauthbearer
auth_failure_delay = 0
service anvil {{
  unix_listener anvil-auth-penalty {{
    mode = 0
  }}
}}
passdb {{
  driver = oauth2
  mechanisms = xoauth2 oauthbearer
  args = {folder}/oauth2.conf
}}
passdb {{
  driver = static
  mechanisms = plain login
  args = password={PASSWORD}
}}
userdb {{
  driver = passwd-file
  args = username_format=%Lu {folder}/users
}}
userdb {{
  driver = static
  args = uid=mail gid=mail home={mail}/%Lu allow_all_users=yes
}}
mail_plugins = quota
plugin {{
  quota = count:User quota
  quota_vsizes = yes
}}
namespace inbox {{
  inbox = yes
  mailbox Junk {{
    auto = create
  }}
}}
protocol lmtp {{
  postmaster_address = postmaster@{DOMAIN}
}}
service imap-login {{
  inet_listener imap {{
    port = 0
  }}
  inet_listener imaps {{
    port = {servers.imap_port}
    ssl = yes
  }}
  process_limit = 100
}}
service lmtp {{
  inet_listener lmtp {{
    port = {servers.lmtp_port}
  }}
}}
service auth {{
  inet_listener {{
    address = 127.0.0.1
    port = {auth_port}
  }}
}}
service stats {{
  unix_listener stats-reader {{
    mode = 0666
  }}
  unix_listener stats-writer {{
    mode = 0666
  }}
}}
""")
    _run(["/usr/sbin/dovecot", "-c", str(config)], folder)


def _start_postfix(servers: MailServers, certificate: Path, key: Path, auth_port: int) -> None:
    folder = servers.folder / "postfix"
    for name in ("etc", "queue", "data"):
        (folder / name).mkdir(parents=True)
    shutil.chown(folder / "data", "postfix")
    (folder / "etc/main.cf").write_text(f"""
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
maillog_file = {folder}/log
maillog_file_prefixes = {folder}
myhostname = mx.{DOMAIN}
mydestination =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks =
virtual_mailbox_domains = {DOMAIN}, {INTERNATIONAL_DOMAIN}
virtual_mailbox_maps = static:all
virtual_transport = lmtp:inet:127.0.0.1:{servers.lmtp_port}
lmtp_destination_concurrency_limit = 10
default_transport = error:no mail leaves the tests
relay_transport = error:no mail leaves the tests
smtpd_tls_cert_file = {certificate}
smtpd_tls_key_file = {key}
smtpd_sasl_type = dovecot
smtpd_sasl_path = inet:127.0.0.1:{auth_port}
smtpd_relay_restrictions = permit_sasl_authenticated, reject_unauth_destination
smtpd_client_connection_rate_limit = 0
smtpd_client_connection_count_limit = 0
message_size_limit = 60000000
in_flow_delay = 0
recipient_delimiter = +
""")
    submission = "-o smtpd_sasl_auth_enable=yes -o smtpd_tls_auth_only=yes -o smtpd_relay_restrictions=permit_sasl_authenticated,reject"
    rows = [
        f"127.0.0.1:{servers.submission_port} inet n - n - - smtpd -o smtpd_tls_security_level=encrypt {submission}",
        f"127.0.0.1:{servers.submissions_port} inet n - n - - smtpd -o smtpd_tls_wrappermode=yes {submission}",
        f"127.0.0.1:{servers.silent_port} inet n - n - - smtpd",
        *(
            f"127.0.0.1:{port} inet n - n - - smtpd\n"
            f"  -o {{ smtpd_recipient_restrictions = check_client_access static:{{PREPEND Authentication-Results: {AUTHSERV_ID};"
            f" dmarc={verdict} header.from={DOMAIN}}} }}"
            for port, verdict in ((servers.vouched_port, "pass"), (servers.failing_port, "fail"))
        ),
        "cleanup unix n - n - 0 cleanup",
        "qmgr unix n - n 300 1 qmgr",
        "rewrite unix - - n - - trivial-rewrite",
        *(f"{name} unix - - n - 0 bounce" for name in ("bounce", "defer", "trace")),
        "flush unix n - n 1000? 0 flush",
        "verify unix - - n - 1 verify",
        "proxymap unix - - n - - proxymap",
        "proxywrite unix - - n - 1 proxymap",
        "tlsmgr unix - - n 1000? 1 tlsmgr",
        *(f"{name} unix - - n - - {name}" for name in ("smtp", "lmtp", "error", "discard")),
        "retry unix - - n - - error",
        "anvil unix - - n - 1 anvil",
        "scache unix - - n - 1 scache",
        "postlog unix-dgram n - n - 1 postlogd",
    ]
    (folder / "etc/master.cf").write_text("\n".join(rows) + "\n")
    _run(["/usr/sbin/postfix", "-c", str(folder / "etc"), "start"], servers.folder)


def _run(command: list[str], folder: Path) -> None:
    # Into a file: a daemon keeps what it was started with, and a pipe would never end.
    said = folder / "started.log"
    with said.open("wb") as output:
        code = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=output, stderr=output, check=False).returncode
    if code:
        raise RuntimeError(f"{' '.join(command)} failed: {said.read_text()}\n{_logs(folder)}")


def _logs(folder: Path) -> str:
    return "\n".join(
        log.read_text()[-2000:] for log in (folder / "dovecot.log", folder / "postfix/log") if log.exists()
    )


def free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    try:
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()


def _wait_for_port(port: int, folder: Path) -> None:
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until:
        with socket.socket() as probe:
            probe.settimeout(1)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        os.sched_yield()
    raise RuntimeError(f"nothing listens on port {port}\n{_logs(folder)}")
