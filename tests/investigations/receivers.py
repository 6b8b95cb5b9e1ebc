"""A mail server and a web server that keep what they are sent."""

from __future__ import annotations

import datetime as dt
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HOST = "127.0.0.1"
PASSWORD = "canary-of-the-mail-server"


def certificate(folder: Path) -> Path:
    """Make a certificate for this machine, with its key in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    moment = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(moment - dt.timedelta(days=1))
        .not_valid_after(moment + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address(HOST))]), False)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain
    )
    file = folder / "certificate.pem"
    file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return file


@dataclass
class Post:
    """What a mail server got.

    Parameters
    ----------
    mails : list
        Envelopes.
    refuse : dict
        Answers to a recipient, in place of taking it.
    """

    mails: list[Any] = field(default_factory=list)
    refuse: dict[str, str] = field(default_factory=dict)
    port: int = 0

    async def handle_RCPT(  # noqa: N802 - as aiosmtpd names it
        self, server: Any, session: Any, envelope: Any, address: str, options: Any
    ) -> str:
        """Take a recipient."""
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802
        """Keep a mail."""
        self.mails.append((envelope, session.authenticated))
        return "250 OK"


def _may(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
    return AuthResult(success=data.password == PASSWORD.encode(), handled=False)


class _Server(Controller):
    """Listens at a port that is free already when it is known."""

    bound: socket.socket

    def _create_server(self) -> Any:
        return self.loop.create_server(self._factory_invoker, sock=self.bound)


@contextmanager
def mail_server(file: Path) -> Iterator[Post]:
    """Run a mail server that wants STARTTLS and a password."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(file)
    post = Post()
    bound = socket.create_server((HOST, 0))
    post.port = bound.getsockname()[1]
    server = _Server(
        post, HOST, post.port, ready_timeout=60, tls_context=context, require_starttls=True, authenticator=_may,
        auth_required=True, auth_exclude_mechanism=["LOGIN"],
    )  # fmt: skip
    server.bound = bound
    server.start()
    try:
        yield post
    finally:
        server.stop()


@dataclass
class Hook:
    """What a web server got, and what it answers next.

    Parameters
    ----------
    calls : list
        Path, headers and body of each.
    answers : list of int
        Codes of the next answers; 204 where there is none.
    """

    url: str
    calls: list[tuple[str, Any, bytes]] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)


@contextmanager
def web_server() -> Iterator[Hook]:
    """Run a web server."""
    hook = Hook("")

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            hook.calls.append((self.path, self.headers, body))
            self.send_response(hook.answers.pop(0) if hook.answers else 204)
            self.send_header("Location", f"{hook.url}/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            pass

    server = ThreadingHTTPServer((HOST, 0), Handler)
    hook.url = f"http://{HOST}:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield hook
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def said_of(block: dict[str, Any]) -> str:
    """Return what a block of a card says."""
    return "".join(one["text"] for one in block.get("inlines", ()))
