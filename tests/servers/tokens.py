"""The token endpoints of Microsoft and Google as their documents have them, and an introspection endpoint for Dovecot.

They check what a request must hold, and answer with the very shapes of the originals: AADSTS numbers, rotating refresh
tokens, `authorization_pending`, signed assertions, PKCE. A test says what is to go wrong.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import ssl
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

TENANT = "11111111-2222-3333-4444-555555555555"
CLIENT = "66666666-7777-8888-9999-000000000000"
SECRET = "the~Value.of_the-secret"
DESKTOP = {"client_id": "desk.apps.googleusercontent.com", "client_secret": "GOCSPX-of-the-desktop-app"}
ROBOT = "onenumber@project.iam.gserviceaccount.com"
OUTLOOK = "https://outlook.office365.com"
GMAIL = "https://mail.google.com/"

Answer = tuple[int, dict[str, object], dict[str, str]]


class RefusalError(Exception):
    def __init__(self, status: int, body: dict[str, object], headers: dict[str, str] | None = None) -> None:
        super().__init__(str(body))
        self.answer: Answer = (status, body, headers or {})


@dataclass
class World:
    """What the providers know; a test changes it. `tokens` opens mailboxes, `refreshes` whoever may renew."""

    application_mailbox: str = ""
    person_mailbox: str = ""
    delegated: bool = True
    testing: bool = False
    lifetime: int = 3600
    pending: int = 1
    failures: list[RefusalError] = field(default_factory=list)
    tokens: dict[str, str] = field(default_factory=dict)
    refreshes: dict[str, str] = field(default_factory=dict)
    codes: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def granted(self, mailbox: str) -> str:
        token = secrets.token_urlsafe(900)  # about as long as a real one
        self.tokens[token] = mailbox
        return token


class TokenServer:
    """HTTPS for the token endpoints, HTTP for introspection, both on 127.0.0.1."""

    def __init__(self, certificate: Path, key: Path) -> None:
        self.world = World()
        self._robot_key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        self._web = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._web.socket = context.wrap_socket(self._web.socket, server_side=True)
        self._inside = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._threads = [threading.Thread(target=one.serve_forever, daemon=True) for one in (self._web, self._inside)]
        for server, thread in zip((self._web, self._inside), self._threads, strict=True):
            server.daemon_threads = True
            thread.start()

    @property
    def origin(self) -> str:
        return f"https://localhost:{self._web.server_address[1]}"

    @property
    def introspection(self) -> str:
        return f"http://127.0.0.1:{self._inside.server_address[1]}/introspect"

    def anew(self) -> World:
        self.world = World()
        return self.world

    def close(self) -> None:
        for server, thread in zip((self._web, self._inside), self._threads, strict=True):
            server.shutdown()
            server.server_close()
            thread.join()

    def robot_file(self, path: Path) -> Path:
        """The key file of the service account."""
        private = self._robot_key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        facts = {
            "type": "service_account",
            "client_id": "1234",
            "client_email": ROBOT,
            "private_key_id": "k1",
            "private_key": private.decode(),
            "token_uri": f"{self.origin}/google/token",
        }
        return _private(path, facts)

    def desktop_file(self, path: Path) -> Path:
        """The file of the desktop app, as the console gives it."""
        uris = {"auth_uri": f"{self.origin}/google/auth", "token_uri": f"{self.origin}/google/token"}
        return _private(path, {"installed": {**DESKTOP, **uris}})

    def consented(self, url: str, mailbox: str) -> str:
        """A person has agreed to what the address asks for: the address to which the browser is sent."""
        asked = {key: value[0] for key, value in parse_qs(urlsplit(url).query).items()}
        assert asked["scope"] == GMAIL
        assert asked["access_type"] == "offline"
        code = secrets.token_urlsafe(16)
        self.world.codes[code] = (mailbox, asked["redirect_uri"], asked["code_challenge"])
        return f"{asked['redirect_uri']}/?state={asked['state']}&code={code}&scope={GMAIL}"

    def answer(self, path: str, sent: dict[str, str]) -> Answer:
        world = self.world
        if path == "/introspect":
            mailbox = world.tokens.get(sent["token"])
            return 200, {"active": mailbox is not None, **({"username": mailbox} if mailbox else {})}, {}
        if path == f"/{TENANT}/v2.0/.well-known/openid-configuration":
            return 200, self._configuration(), {}
        if path.endswith("/.well-known/openid-configuration"):
            raise _entra(400, "invalid_tenant", 90002, "Tenant not found.")
        world.asked.append(sent.get("grant_type", path))
        if world.failures:
            raise world.failures.pop(0)
        if path == f"/{TENANT}/oauth2/v2.0/devicecode":
            return 200, self._device_code(sent), {}
        if path == f"/{TENANT}/oauth2/v2.0/token":
            return 200, self._entra_token(sent), {}
        if path == "/google/token":
            return 200, self._google_token(sent), {}
        return 404, {"error": "not_found"}, {}

    def _configuration(self) -> dict[str, object]:
        tenant = f"{self.origin}/{TENANT}"
        return {
            "issuer": f"{tenant}/v2.0",
            "token_endpoint": f"{tenant}/oauth2/v2.0/token",
            "authorization_endpoint": f"{tenant}/oauth2/v2.0/authorize",
            "device_authorization_endpoint": f"{tenant}/oauth2/v2.0/devicecode",
        }

    def _device_code(self, sent: dict[str, str]) -> dict[str, object]:
        assert sent["client_id"] == CLIENT
        assert f"{OUTLOOK}/IMAP.AccessAsUser.All" in sent["scope"]
        assert f"{OUTLOOK}/SMTP.Send" in sent["scope"]
        return {
            "user_code": "ABCD2345",
            "device_code": "device",
            "verification_uri": "https://microsoft.com/devicelogin",
            "expires_in": 900,
            "interval": 0,
            "message": "…",
        }

    def _entra_token(self, sent: dict[str, str]) -> dict[str, object]:
        world = self.world
        assert sent["client_id"] == CLIENT
        match sent["grant_type"]:
            case "client_credentials":
                if sent["client_secret"] != SECRET:
                    raise _entra(401, "invalid_client", 7000215, "Invalid client secret provided.")
                assert sent["scope"].split() == [f"{OUTLOOK}/.default"]
                token = world.granted(world.application_mailbox)
                return {"token_type": "Bearer", "expires_in": world.lifetime, "access_token": token}
            case "urn:ietf:params:oauth:grant-type:device_code":
                if world.pending:
                    world.pending -= 1
                    raise _entra(400, "authorization_pending", 70016, "The user hasn't authenticated yet.")
                mailbox = world.person_mailbox
            case "refresh_token":
                # The old one stays good when a new one is given out, as Microsoft has it.
                found = world.refreshes.get(sent["refresh_token"])
                if found is None:
                    raise _entra(400, "invalid_grant", 700082, "The refresh token has expired due to inactivity.")
                mailbox = found
            case other:
                raise _entra(400, "unsupported_grant_type", 70003, other)
        refresh = secrets.token_urlsafe(64)
        world.refreshes[refresh] = mailbox
        return {
            "token_type": "Bearer",
            "scope": f"{OUTLOOK}/IMAP.AccessAsUser.All {OUTLOOK}/SMTP.Send",
            "expires_in": world.lifetime,
            "access_token": world.granted(mailbox),
            "refresh_token": refresh,
            "client_info": base64.urlsafe_b64encode(json.dumps({"uid": "u", "utid": TENANT}).encode()).decode(),
        }

    def _google_token(self, sent: dict[str, str]) -> dict[str, object]:
        world = self.world
        match sent["grant_type"]:
            case "urn:ietf:params:oauth:grant-type:jwt-bearer":
                claims = jwt.decode(
                    sent["assertion"],
                    self._robot_key.public_key(),
                    algorithms=["RS256"],
                    audience="https://oauth2.googleapis.com/token",
                    issuer=ROBOT,
                )
                if not world.delegated or claims["scope"] != GMAIL:
                    raise RefusalError(
                        401,
                        {
                            "error": "unauthorized_client",
                            "error_description": "Client is unauthorized to retrieve access tokens using this method.",
                        },
                    )
                return self._google_granted(claims["sub"])
            case "authorization_code":
                mailbox, redirect, challenge = world.codes.pop(sent["code"])
                digest = hashlib.sha256(sent["code_verifier"].encode()).digest()
                assert base64.urlsafe_b64encode(digest).decode().rstrip("=") == challenge
                assert sent["redirect_uri"] == redirect
                assert {key: sent[key] for key in DESKTOP} == DESKTOP
                refresh = secrets.token_urlsafe(64)
                world.refreshes[refresh] = mailbox
                ends: dict[str, object] = {"refresh_token_expires_in": 604799} if world.testing else {}
                return self._google_granted(mailbox) | {"refresh_token": refresh} | ends
            case "refresh_token":
                found = world.refreshes.get(sent["refresh_token"])
                if found is None:
                    raise RefusalError(
                        400,
                        {"error": "invalid_grant", "error_description": "Token has been expired or revoked."},
                    )
                return self._google_granted(found)
        raise RefusalError(400, {"error": "unsupported_grant_type"})

    def _google_granted(self, mailbox: str) -> dict[str, object]:
        return {
            "access_token": self.world.granted(mailbox),
            "expires_in": self.world.lifetime,
            "scope": GMAIL,
            "token_type": "Bearer",
        }


def _entra(status: int, error: str, number: int, words: str) -> RefusalError:
    return RefusalError(
        status,
        {
            "error": error,
            "error_description": f"AADSTS{number}: {words} Trace ID: t\r\nCorrelation ID: c\r\nTimestamp: 2026",
            "error_codes": [number],
            "trace_id": "t",
            "correlation_id": "c",
        },
    )


def _private(path: Path, facts: dict[str, object]) -> Path:
    path.touch(0o600)
    path.write_text(json.dumps(facts))
    return path


def _handler(tokens: TokenServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._answer(b"")

        def do_POST(self) -> None:
            self._answer(self.rfile.read(int(self.headers["Content-Length"])))

        def _answer(self, body: bytes) -> None:
            sent = {key: value[0] for key, value in parse_qs(body.decode()).items()}
            try:
                status, said, headers = tokens.answer(urlsplit(self.path).path, sent)
            except RefusalError as refusal:
                status, said, headers = refusal.answer
            written = json.dumps(said).encode()
            self.send_response(status)
            for name, value in {"Content-Type": "application/json", **headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(written)))
            self.end_headers()
            self.wfile.write(written)

        def log_message(self, *arguments: object) -> None:
            pass

    return Handler
