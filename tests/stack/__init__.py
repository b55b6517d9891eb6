# SPDX-License-Identifier: Apache-2.0
"""A private Wall stack for tests: MariaDB, Redis, httpd, wall-worker and the demo model in a folder.

    with Stack(options=["--set", "WallJobLease 3"]) as stack:
        stack.base_url                                   # http://localhost:PORT
        stack.db("SELECT username FROM users WHERE user_id = ?", 7)   # → list of dicts
        stack.redis("FLUSHALL")
        stack.children("worker"); stack.signal("worker", "STOP"); stack.restart("mariadb")

packaging/instance does the work; nothing here starts a process of its own. All text in logs that is
a warning or worse and was not announced with `expect_log` is collected by `unexpected_lines()`.
"""

import os
import random
import re
import shutil
import signal
import socket
import statistics
import subprocess
import tempfile
import time

TOP = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
INSTANCE = os.path.join(TOP, "packaging", "instance")
NIGHT = "DATE(NOW(6) - INTERVAL 70 MINUTE)"  # that of the ledger's proof: sql/queries/_predicates.sql
SERVICES = ("mariadb", "redis", "model", "httpd", "worker")

# What counts as a complaint in httpd's and the worker's logs.
COMPLAINT = re.compile(r":(emerg|alert|crit|error|warn)\]|\b(emerg|alert|crit|err|error|warn|warning)\b: "
                       r"|^\s*\[?(err|warn|error|warning|crit)\]?[: ]"
                       r"|AddressSanitizer|runtime error:|LeakSanitizer|Segmentation fault")


def eventually(check, seconds=10.0, every=0.05, what="it"):
    """Calls `check` until it returns something true, and returns that."""
    end = time.monotonic() + seconds
    while True:
        value = check()
        if value:
            return value
        if time.monotonic() > end:
            raise AssertionError(f"{what} did not happen within {seconds} s (last: {value!r})")
        time.sleep(every)


def within_a_day(seconds=30, begins=0.0):
    """For what is true of one day only: when the present one, which began `begins` hours after midnight UTC, has not
    `seconds` left, waits for the next."""
    left = 86400 - (time.time() - begins * 3600) % 86400
    if left < seconds:
        time.sleep(left + 0.05)


def _between(differences):
    """Where the median of what these were drawn from is, 99.9 times of 100 (order statistics: whatever the shape)."""
    ordered, count = sorted(differences), len(differences)
    rank = max(0, int(count / 2 - 1.645 * count ** 0.5))
    return ordered[rank], ordered[count - 1 - rank]


def same_time(calls, share=0.1, floor=0.001, least=20, most=150):
    """That all of `calls` (name → function) take the same time, to within `share` of it or `floor` seconds.

    They take turns, in a new order each round, so that a busy machine slows all of them alike; each round gives
    the difference of each to the first, and the medians of these differences are judged: as soon as they certainly
    are, or are not, within bounds, else after `most` rounds by what they are then: the medians, or on a machine so
    busy that they say little, the quickest fifth of each, where the work itself shows."""
    names, took, rng = list(calls), {name: [] for name in calls}, random.Random(1)
    for number in range(1, most + 1):
        for name in rng.sample(names, len(names)):
            begun = time.perf_counter()
            calls[name]()
            took[name].append(time.perf_counter() - begun)
        if number < least:
            continue
        bound = max(floor, share * min(statistics.median(times) for times in took.values()))
        pairs = [[a - b for a, b in zip(took[name], took[names[0]])] for name in names[1:]]
        spans = [_between(pair) for pair in pairs]
        if any(low > bound or high < -bound for low, high in spans):
            break
        if all(-bound < low and high < bound for low, high in spans):
            return
    else:
        fifths = [statistics.quantiles(times, n=5)[0] for times in took.values()]
        if all(abs(statistics.median(pair)) < bound for pair in pairs) or max(fifths) - min(fifths) < bound:
            return
    medians = {name: f"{statistics.median(times) * 1000:.2f} ms" for name, times in took.items()}
    raise AssertionError(f"not the same time after {number} rounds: {medians}, differences between {spans}")


_reserved = []  # sockets


def free_port():
    """A port of 127.0.0.1 that is the caller's until this process ends, whoever else looks for one meanwhile: a socket
    stays bound to it, so it is given to nobody, and a server that sets SO_REUSEADDR, as all do, may listen there."""
    probe = socket.socket()
    probe.bind(("127.0.0.1", 0))
    probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # only now: two who look never get the same
    _reserved.append(probe)
    return probe.getsockname()[1]


# The same site once more on another port, with settings of its own.
FACE = """Listen 127.0.0.1:{port}
<VirtualHost *:{port}>
    ServerName localhost:{port}
    DocumentRoot "@DIR@/htdocs"
    Include "@DIR@/etc/sites/wall.conf"
    {settings}
</VirtualHost>
"""


def quote(value):
    """A value as an SQL literal, for the tests' own queries only."""
    if value is None:
        return "NULL"
    if isinstance(value, (int, float)):
        return str(int(value) if isinstance(value, bool) else value)
    return "'" + str(value).replace("\\", "\\\\").replace("'", "''") + "'"


def _unescape(cell):
    if cell == "NULL":
        return None
    return re.sub(r"\\(.)", lambda m: {"n": "\n", "t": "\t", "0": "\0"}.get(m[1], m[1]), cell)


def preloaded():
    """Environment of a plain program that loads a mod_wall.so built with sanitizers; {} for a normal build."""
    if os.environ.get("WALL_SANITIZERS") != "1":
        return {}
    libraries = [subprocess.run(["gcc", f"-print-file-name={name}"], capture_output=True, text=True,
                                check=True).stdout.strip() for name in ("libasan.so", "libubsan.so")]
    return {"LD_PRELOAD": ":".join(libraries), "ASAN_OPTIONS": "detect_leaks=0"}


class Stack:
    """See the module's text. `faces`: {name: directives} of further addresses of the same site, in stack.faces. `folder` reuses a place (kept); without it a new one is made and removed."""

    def __init__(self, folder=None, build=None, options=(), sanitizers=None, faces=None):
        self.build = build or os.environ.get("WALL_BUILDDIR") or os.path.join(TOP, "var", "build")
        self.sanitizers = os.environ.get("WALL_SANITIZERS") == "1" if sanitizers is None else sanitizers
        self.options = list(options)
        self.folder = folder or tempfile.mkdtemp(prefix="wall-")
        self.keep = folder is not None or os.environ.get("WALL_KEEP") == "1"
        os.chmod(self.folder, 0o755)
        self.settings = {}
        self.faces = {}  # name → base URL
        if faces:
            extra = os.path.join(self.folder, "faces.conf")
            with open(extra, "w", encoding="utf-8") as file:
                for name, settings in faces.items():
                    port = free_port()
                    self.faces[name] = f"http://localhost:{port}"
                    file.write(FACE.format(port=port, settings=settings))
            self.options += ["--extra", extra]
        self._windows = []  # (pattern, marks when opened, time closed)
        self._marks = []  # (time, {log: size})

    # ---- life --------------------------------------------------------------------------------
    def __enter__(self):
        try:
            self.up()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *unused):
        self.close()

    def up(self):
        args = ["--build", self.build, "--faults", "--rate", "30000", "--load-ms", "0", *self.options]
        if self.sanitizers:
            args.append("--sanitizers")
        self._instance("up", *args, seconds=180)
        with open(os.path.join(self.folder, "etc", "instance.env"), encoding="utf-8") as env:
            for line in env:
                name, _, value = line.strip().partition("=")
                self.settings[name] = re.sub(r"\\(.)", r"\1", value).strip("'")
        self.port = int(self.settings["PORT"])
        self.base_url = f"http://localhost:{self.port}"
        # Tests bend balances for moments: this night's proof of the ledger, or the next one's, is not to fall into one.
        self.db(f"INSERT IGNORE INTO bricks_checks (check_day) VALUES ({NIGHT}), ({NIGHT} + INTERVAL 1 DAY)")
        self.mark()

    def close(self):
        if os.path.exists(os.path.join(self.folder, "etc", "instance.env")):
            self._instance("down", seconds=90, check=False)
        if not self.keep:
            shutil.rmtree(self.folder, ignore_errors=True)

    def _instance(self, command, *args, seconds=60, check=True):
        # stdin closed and output to a file: services must not hold a pipe of ours open.
        with tempfile.TemporaryFile("w+") as out:
            done = subprocess.run([INSTANCE, command, self.folder, *args], stdin=subprocess.DEVNULL,
                                  stdout=out, stderr=subprocess.STDOUT, timeout=seconds, check=False)
            out.seek(0)
            text = out.read()
        if check and done.returncode != 0:
            raise RuntimeError(f"packaging/instance {command} {' '.join(args)}:\n{text}")
        return text

    # ---- services ----------------------------------------------------------------------------
    def pid(self, service):
        """The service's main process, or None."""
        for line in self._instance("status", check=False).splitlines():
            name, _, pid = line.partition(" ")
            if name == service and pid != "-":
                return int(pid)
        return None

    def children(self, service):
        """Pids of the service's direct children (httpd: children of the MPM; worker: its lanes)."""
        parent, found = self.pid(service), []
        for entry in os.listdir("/proc"):
            if entry.isdigit():
                try:
                    with open(f"/proc/{entry}/stat", encoding="utf-8", errors="replace") as stat:
                        fields = stat.read().rpartition(") ")[2].split()
                except OSError:
                    continue
                if fields[0] != "Z" and int(fields[1]) == parent:
                    found.append(int(entry))
        return sorted(found)

    @staticmethod
    def command(pid):
        """The name a process goes by, such as "wall-ai"; None when it is gone."""
        try:
            with open(f"/proc/{pid}/comm", encoding="utf-8") as comm:
                return comm.read().strip()
        except OSError:
            return None

    def signal(self, service, name):
        """Sends SIG<name> to the service's main process."""
        self._instance("signal", service, name)

    def kill_child(self, service, name="KILL", index=0):
        """Sends SIG<name> to one child and returns its pid."""
        pid = self.children(service)[index]
        os.kill(pid, getattr(signal, "SIG" + name))
        return pid

    def start(self, service):
        self._instance("start", service)

    def stop(self, service):
        self._instance("stop", service)

    def restart(self, service):
        self.stop(service)
        self.start(service)

    def graceful(self):
        """Graceful restart of httpd."""
        self.signal("httpd", "USR1")

    # ---- data --------------------------------------------------------------------------------
    def db(self, sql, *args):
        """Runs SQL as the database's administrator; each ? takes the next argument. Rows come as dicts
        of text (None for NULL). Several statements: the rows of the last ones are not told apart."""
        pieces = sql.split("?")
        if len(pieces) != len(args) + 1:
            raise ValueError(f"{len(pieces) - 1} placeholders, {len(args)} arguments")
        text = "".join(p + (quote(args[i]) if i < len(args) else "") for i, p in enumerate(pieces))
        done = subprocess.run(
            ["mariadb", "--no-defaults", "--batch", "--default-character-set=utf8mb4",
             "--init-command=SET time_zone = '+00:00'",  # as Wall's own: the machine may be anywhere
             f"--socket={self.folder}/run/mysql.sock", f"--user={self.settings['DB_ADMIN']}",
             self.settings["DB_NAME"]],
            input=text, capture_output=True, text=True, timeout=30, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"{text}\n{done.stderr}")
        lines = done.stdout.split("\n")[:-1]
        names = lines[0].split("\t") if lines else []
        return [dict(zip(names, map(_unescape, line.split("\t")))) for line in lines[1:]]

    def value(self, sql, *args):
        """First column of the first row as text, or None."""
        rows = self.db(sql, *args)
        return next(iter(rows[0].values())) if rows else None

    def number(self, sql, *args):
        value = self.value(sql, *args)
        return None if value is None else int(value)

    def set_balance(self, user_id, bricks):
        """Gives or takes until `bricks` are available, by a movement: the ledger stays right."""
        change = bricks - self.number("SELECT bricks_balance FROM users WHERE user_id = ?", user_id)
        if change:
            self.db("SELECT bricks_move(?, 'bonus', 'admin_correction', ?, 0, 1, 1, UUID(), NULL, NULL, NULL, "
                    "'test', NULL)", user_id, change)

    def redis(self, *args):
        """One Redis command; the answer as text as redis-cli prints it. Keys carry `wall:<site>:`."""
        done = subprocess.run(["redis-cli", "-s", f"{self.folder}/run/redis.sock", *map(str, args)],
                              capture_output=True, text=True, timeout=10, check=True)
        return done.stdout.rstrip("\n")

    def wallctl(self, *args, check=True):
        """Runs wallctl on the site; returns the finished process (stdout, stderr, returncode)."""
        fragment = f"{self.folder}/etc/sites/{self.settings['SITE']}.conf"
        return subprocess.run([f"{self.folder}/bin/wallctl", "--site", fragment, *args],
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60,
                              check=check)

    # ---- logs --------------------------------------------------------------------------------
    def log_files(self):
        folder = os.path.join(self.folder, "log")
        names = [n for n in sorted(os.listdir(folder)) if n.startswith(("httpd", "worker", "asan", "ubsan"))]
        return [os.path.join(folder, name) for name in names]

    def log(self, name):
        """Text of log/<name>, such as httpd.log or worker.out."""
        with open(os.path.join(self.folder, "log", name), encoding="utf-8", errors="replace") as file:
            return file.read()

    def mark(self):
        """Notes how long the logs are now; done at each test's beginning and end."""
        self._marks.append((time.monotonic(), {f: os.path.getsize(f) for f in self.log_files()}))
        return self._marks[-1]

    def expect_log(self, pattern):
        """From now on, until close_window() plus a second, lines matching `pattern` are expected."""
        window = [re.compile(pattern), self.mark()[1], None]
        self._windows.append(window)
        return window

    def close_window(self, window):
        self.mark()
        window[2] = time.monotonic() + 1.0

    def unexpected_lines(self):
        """Warnings and errors that nobody announced, as "file: line"."""
        found = []
        self.mark()
        for path in self.log_files():
            offset = 0
            with open(path, "rb") as file:
                for raw in file:
                    line = raw.decode("utf-8", "replace").rstrip("\n")
                    if COMPLAINT.search(line) and not self._was_expected(path, offset, line):
                        found.append(f"{os.path.basename(path)}: {line}")
                    offset += len(raw)
        return found

    def _was_expected(self, path, offset, line):
        for pattern, opened, closed in self._windows:
            if offset < opened.get(path, 0) or not pattern.search(line):
                continue
            ends = [m[1].get(path, 0) for m in self._marks if closed is not None and m[0] >= closed]
            if closed is None or not ends or offset < ends[0]:
                return True
        return False
