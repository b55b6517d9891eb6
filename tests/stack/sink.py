# SPDX-License-Identifier: Apache-2.0
"""A real mail server (aiosmtpd) that keeps what it gets, for tests.

    with Sink() as sink:
        Stack(options=sink.options())
        mail = sink.mailbox("ada@example.org").wait("reset_password")
        mail.subject, mail.text, mail.html, mail.link, mail.token

sink.pause.clear() makes it hold messages it has, unanswered (sink.paused says that it does), until sink.pause.set().
sink.answers: replies to give instead of taking the next messages, such as ["451 later", "550 no"]. sink.stop() and
sink.start() take it down and up again on the same port.
"""

import asyncio
import email
import email.policy
import re
import threading
import time
from urllib.parse import parse_qs, urlsplit

from aiosmtpd.controller import Controller

from . import free_port


class Mail:
    """One message as it arrived: .to .sender .subject .text .html .headers .link .token .kind"""

    def __init__(self, envelope):
        self.sender = envelope.mail_from
        self.to = envelope.rcpt_tos
        self.raw = envelope.content
        self.headers = email.message_from_bytes(self.raw, policy=email.policy.default)
        self.subject = self.headers["Subject"]
        self.text = self._part("plain").replace("\r\n", "\n")
        self.html = self._part("html")
        found = re.search(r"^https?://\S+$", self.text, re.M)
        self.link = found[0] if found else None
        query = parse_qs(urlsplit(self.link).query) if self.link else {}
        self.token = query.get("token", [None])[0]

    def _part(self, kind):
        part = self.headers.get_body(preferencelist=(kind,))
        return part.get_content() if part else ""

    def __repr__(self):
        return f"<Mail {self.to} {self.subject!r}>"


class Mailbox:
    """What came for one address. Each mail is given out once by wait()."""

    def __init__(self, sink, address):
        self.sink, self.address, self.read = sink, address.lower(), 0

    @property
    def mails(self):
        with self.sink.lock:
            return [m for m in self.sink.mails if self.address in [to.lower() for to in m.to]]

    def wait(self, subject=None, seconds=15):
        """The next mail not given out yet (whose subject contains `subject`)."""
        end = time.monotonic() + seconds
        while True:
            mails = self.mails
            for at in range(self.read, len(mails)):
                if subject is None or subject in mails[at].subject:
                    self.read = at + 1
                    return mails[at]
            assert time.monotonic() < end, f"no mail {subject or ''} for {self.address}: {mails}"
            time.sleep(0.05)

    def none(self, seconds=1.5):
        """That nothing comes that was not given out yet."""
        time.sleep(seconds)
        assert self.mails[self.read:] == [], f"unexpected: {self.mails[self.read:]}"


class Sink:
    """See the module's text. `controller` options go to aiosmtpd (require_starttls, tls_context, auth …)."""

    def __init__(self, port=None, **controller):
        self.port, self.more = port or free_port(), controller
        self.lock = threading.Lock()
        self.mails, self.answers, self.tried = [], [], 0
        self.controller = None
        self.pause, self.paused = threading.Event(), threading.Event()
        self.pause.set()

    # what aiosmtpd calls (a name it prescribes)
    async def handle_DATA(self, server, session, envelope):  # pylint: disable=invalid-name
        if not self.pause.is_set():
            self.paused.set()
            await asyncio.get_running_loop().run_in_executor(None, self.pause.wait)
            self.paused.clear()
        with self.lock:
            self.tried += 1
            if self.answers:
                return self.answers.pop(0)
            self.mails.append(Mail(envelope))
        return "250 OK"

    def start(self):
        # A name given is a name not asked of the DNS at each connection.
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port, server_hostname="localhost", **self.more)
        self.controller.start()
        return self

    def stop(self):
        if self.controller:
            self.controller.stop()
            self.controller = None

    def __enter__(self):
        return self.start()

    def __exit__(self, *unused):
        self.stop()

    def options(self, tls="off", verification="later"):
        """Options of packaging/instance up that make a stack send its mails here."""
        lines = [f"WallMail smtp://127.0.0.1:{self.port}", f"WallMailTLS {tls}",
                 f"WallEmailVerification {verification}"]
        return [word for line in lines for word in ("--set", line)]

    def mailbox(self, address):
        return Mailbox(self, address)
