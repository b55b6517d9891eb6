# SPDX-License-Identifier: Apache-2.0
"""Between clients and MariaDB, on Unix sockets: counts the statements that pass and stops at one of them.

    point = Point(3, "inside", kill=server.kill)
    proxy = Proxy(server.socket, path, point)        # clients connect to `path`
    …
    point.reached.is_set(), point.count, point.statements
"""

import os
import socket
import threading

BEFORE, INSIDE, AFTER = "before", "inside", "after"
QUERY, PREPARE, EXECUTE = 0x03, 0x16, 0x17
# What a new connection is told and asked, and what a process asks now and then and remembers: io/db_session.c, the
# version of the tables, the rates of the model.
ASIDE = (b"SET ", b"SELECT RPAD('', ", b"SELECT COUNT(*) AS n FROM information_schema.tables",
         b"SELECT COALESCE(MAX(version), 0)", b"SELECT COALESCE(MAX(samples), 0)")


class Point:
    """A place in what clients say: `how` statement number `at` (from 1; 0: nowhere). "before": the server never sees
    it; "inside": it is sent, nobody waits for it; "after": the server has carried it out and its answer is lost.
    `gate` is called when a client is there (it may wait for others), `kill` when the server is to die."""

    def __init__(self, at=0, how=BEFORE, gate=lambda: None, kill=lambda: None):
        self.at, self.how, self.gate, self.kill = at, how, gate, kill
        self.reached = threading.Event()
        self.statements = []  # their texts

    @property
    def count(self):
        return len(self.statements)


class _Connection:
    """One client and what it is connected to."""

    def __init__(self, proxy, client, upstream):
        self.proxy, self.client, self.upstream = proxy, client, upstream
        self.prepared, self.preparing, self.answer = {}, None, b""  # texts by id; one that has no id yet
        self.withheld = None  # an event: the next answer is not passed on, only told
        for work in (self._requests, self._answers):
            threading.Thread(target=work, daemon=True).start()

    def _answers(self):
        try:
            while data := self.upstream.recv(65536):
                if self.preparing is not None:
                    self._learn(data)
                if self.withheld:
                    self.withheld.set()
                else:
                    self.client.sendall(data)
        except OSError:
            pass
        self.end()

    def _learn(self, data):
        """COM_STMT_PREPARE_OK: behind the packet's head of four bytes a 0, then the id."""
        self.answer += data
        if len(self.answer) >= 9:
            if self.answer[4] == 0:
                self.prepared[self.answer[5:9]] = self.preparing
            self.preparing, self.answer = None, b""

    def end(self):
        for side in (self.client, self.upstream):
            try:
                side.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass

    def _exactly(self, size):
        data = b""
        while len(data) < size:
            got = self.client.recv(size - len(data))
            if not got:
                raise OSError("closed")
            data += got
        return data

    def _statement(self, body):
        """The text of a statement that can take effect; preparing it does not."""
        if body[0] == PREPARE:
            self.preparing = body[1:]
        text = {QUERY: body[1:], EXECUTE: self.prepared.get(body[1:5], b"")}.get(body[0])
        return text if self.proxy.aside or text is None or not text.startswith(ASIDE) else None

    def _requests(self):
        """MySQL protocol: 3 bytes of length, 1 sequence number, then a command in its first byte."""
        try:
            while True:
                head = self._exactly(4)
                body = self._exactly(int.from_bytes(head[:3], "little"))
                point = self.proxy.point
                text = self._statement(body) if head[3] == 0 else None
                if text is not None:
                    point.statements.append(" ".join(text.decode().split()))
                    if point.count == point.at:
                        self._stop(point, head + body)
                        break
                self.upstream.sendall(head + body)
        except (OSError, threading.BrokenBarrierError):
            pass
        self.end()
        self.client.close()
        self.upstream.close()

    def _stop(self, point, message):
        if point.how == AFTER:
            self.withheld = threading.Event()
            self.upstream.sendall(message)
            self.withheld.wait(10)
        point.reached.set()
        point.gate()
        if point.how == INSIDE:
            self.upstream.sendall(message)
        point.kill()


class Proxy:
    """Listens at `path` for clients of the server at `server`. `point` may be changed while it runs: a connection
    that has stopped stays where it is. `aside`: whether what has no part in the work, ASIDE, counts as well. While
    `refusing`, it takes no new connections."""

    def __init__(self, server, path, point=None, aside=True):
        self.server, self.path, self.point, self.aside = server, path, point or Point(), aside
        self.refusing = False
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(path)
        os.chmod(path, 0o666)
        self.listener.listen(64)
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self):
        self.listener.close()
        os.unlink(self.path)

    def _accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            upstream = socket.socket(socket.AF_UNIX)
            try:
                if self.refusing:
                    raise ConnectionRefusedError
                upstream.connect(self.server)
            except OSError:  # it is dead by now
                client.close()
                upstream.close()
                continue
            _Connection(self, client, upstream)
