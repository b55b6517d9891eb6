# SPDX-License-Identifier: Apache-2.0
"""MariaDB is killed between any two statements of each money transaction, and in the middle of each: what was
done is then all there or nothing of it. A proxy on the server's socket counts what the client sends; the
product knows nothing of it. One transaction a run, in a process of its own (tests/db/step)."""

import os
import signal
import subprocess
import time

import pytest

from tests.fault.proxy import BEFORE, INSIDE, Point, Proxy
from tests.stack import TOP, within_a_day

BUILD = os.environ.get("WALL_BUILDDIR") or os.path.join(TOP, "var", "build")
KINDS = ("register", "approve", "give", "owed", "take", "grant", "claim", "visit", "hold", "capture", "release", "generate",
         "cancel", "complete", "fail", "expire", "erase")

# All of a user's money that a transaction may change, without ids and times.
COLUMNS = """u.account_state, u.bricks_balance, u.bricks_held, u.bricks_debt, u.bricks_low_told,
 (SELECT GROUP_CONCAT(CONCAT_WS(':', transaction_type, source, amount, balance_after) ORDER BY transaction_id)
  FROM bricks_transactions WHERE user_id = u.user_id) AS movements,
 (SELECT GROUP_CONCAT(CONCAT_WS(':', a.kind, e.amount) ORDER BY e.entry_id) FROM bricks_entries e
  JOIN bricks_accounts a USING (account_id) JOIN bricks_transactions t USING (transaction_id)
  WHERE t.user_id = u.user_id) AS entries,
 (SELECT GROUP_CONCAT(CONCAT_WS(':', status, amount, captured) ORDER BY hold_id) FROM bricks_holds
  WHERE user_id = u.user_id) AS holds,
 (SELECT GROUP_CONCAT(CONCAT_WS(':', amount, settled)) FROM bricks_debts WHERE user_id = u.user_id) AS debts,
 (SELECT GROUP_CONCAT(kind ORDER BY mail_id) FROM mails WHERE user_id = u.user_id) AS mails,
 (SELECT GROUP_CONCAT(CONCAT_WS(':', streak_days, amount)) FROM bricks_daily_claims WHERE user_id = u.user_id) AS claims,
 (SELECT GROUP_CONCAT(CONCAT_WS(':', j.status, j.actual_bricks_cost) ORDER BY j.created_at, j.job_id)
  FROM ai_generation_jobs j WHERE j.user_id = u.user_id) AS jobs,
 (SELECT GROUP_CONCAT(status ORDER BY app_id) FROM ai_applications WHERE user_id = u.user_id) AS apps,
 (SELECT COUNT(*) FROM posts WHERE author_id = u.user_id) AS posts,
 (SELECT COUNT(*) FROM bricks_accounts WHERE user_id = u.user_id) AS accounts"""
STATE = f"SELECT {COLUMNS} FROM users u WHERE "


class Server:
    """tests/db/with-mariadb for as long as this lives, with Wall's schema."""

    def __init__(self, folder):
        self.script = os.path.join(TOP, "tests", "db", "with-mariadb")
        env, said = os.path.join(folder, "env"), os.path.join(folder, "said")
        with open(said, "wb") as errors:
            self.process = subprocess.Popen([self.script, "sh", "-c", f"env >{env}.new; mv {env}.new {env}; cat"],
                                            stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=errors)
        end = time.monotonic() + 60
        while not os.path.exists(env):
            if time.monotonic() > end or self.process.poll() is not None:
                with open(said, encoding="utf-8") as file:
                    raise RuntimeError(f"MariaDB does not run ({self.process.poll()}): {file.read()}")
            time.sleep(0.05)
        with open(env, encoding="utf-8") as file:
            self.env = dict(line.rstrip("\n").split("=", 1) for line in file if line.startswith("WALL_TEST_"))
        self.folder, self.socket = self.env["WALL_TEST_DB_DIR"], self.env["WALL_TEST_DB_SOCKET"]
        self.site = os.path.join(self.folder, "site.conf")
        self.wallctl("secret", os.path.join(self.folder, "secret"))
        with open(self.site, "w", encoding="utf-8") as file:
            file.write(f"""WallEngine On
WallSite money
WallBaseURL http://localhost:8080
WallAppsHost apps.localhost:8080
WallSecretFile secret
WallRedis unix:{self.folder}/none
DBDriver mysql
DBDParams "{self.env['WALL_TEST_DB_PARAMS']}"
""")
        self.wallctl("migrate", os.path.join(TOP, "sql", "migrations"))

    def close(self):
        self.process.stdin.close()
        self.process.wait(60)

    def wallctl(self, *args, check=True):
        site = ["--site", self.site] if os.path.exists(self.site) else []
        return subprocess.run([os.path.join(BUILD, "wallctl"), *site, *args], capture_output=True, text=True,
                              check=check, timeout=60)

    def sql(self, text):
        return subprocess.run(["mariadb", "--no-defaults", "-BN", f"--socket={self.socket}", "--user=root", "wall"],
                              input=text, capture_output=True, text=True, check=True).stdout

    def kill(self):
        with open(os.path.join(self.folder, "pid"), encoding="ascii") as file:
            os.kill(int(file.read()), signal.SIGKILL)

    def recover(self):
        subprocess.run([self.script, "--restart"], env={**os.environ, **self.env}, check=True, timeout=60)

    def step(self, *args, path=None):
        params = f"sock={path or self.socket} user=root dbname=wall"
        return subprocess.run([os.path.join(BUILD, "tests", "db", "step"), *args], capture_output=True, text=True,
                              env={**os.environ, "WALL_TEST_DB_PARAMS": params}, check=False, timeout=60)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    server = Server(str(tmp_path_factory.mktemp("money")))
    yield server
    server.close()


def through(server, name, at, inside, do):
    """do(path) is done through a proxy, and the server killed at its statement `at`. The point, and what `do` said."""
    point = Point(at, INSIDE if inside else BEFORE, kill=server.kill)
    proxy = Proxy(server.socket, os.path.join(server.folder, f"proxy-{name}"), point)
    try:
        done = do(proxy.path)
    finally:
        proxy.close()
    if point.reached.is_set():
        server.recover()
    return point, done


def state(server, kind, user, job):
    who = f"u.username = 'o{job[:20]}'" if kind == "register" else f"u.user_id = {user}"
    return server.sql(STATE + who)


def run(server, kind, at, inside):
    """(state before, state after, how many statements there were, whether it was killed, what the client said)"""
    made = server.step("new", kind)
    assert made.returncode == 0, made.stderr
    user, job = made.stdout.split()
    before = state(server, kind, user, job)
    point, done = through(server, f"{kind}-{at}-{int(inside)}", at, inside,
                          lambda path: server.step("do", kind, user, job, path=path))
    return before, state(server, kind, user, job), point.count, point.reached.is_set(), done


def allowed(kind, before, whole, end):
    """Whether a cut transaction may end so. Some do a step of their own before the one with the money."""
    if kind in ("complete", "fail"):  # the job is claimed first
        return end in (before, before.replace("queued", "processing"), whole)
    if kind != "erase":
        return end in (before, whole)
    # a job's bricks come back, the rows go one after another, all bricks go with the last step: each whole
    def movements(of):
        return of.split("\t")[5]
    done = movements(end)
    return movements(whole).startswith(done) and done in (
        movements(before), movements(before) + ",refunded:ai_generation:1:100", movements(whole)) and (
        (done == movements(whole)) == (end == whole)) and end.split("\t")[1] == done.rsplit(":", 1)[1]


@pytest.mark.parametrize("kind", KINDS)
def test_all_or_nothing(server, kind):
    if kind in ("claim", "visit"):
        within_a_day(seconds=120)
    before, whole, statements, _, done = run(server, kind, 0, False)
    assert done.returncode == 0, done.stderr
    assert before != whole and statements >= 1
    seen = set()
    for at in range(1, statements + 1):
        for inside in (False, True):
            start, end, _, killed, done = run(server, kind, at, inside)
            assert killed and start == before
            assert allowed(kind, before, whole, end), (at, inside, end)
            if done.returncode == 0:
                assert end == whole, (at, inside, done)  # what was said to be done is done
            seen.add(end)
    assert before in seen
    verdict = server.wallctl("bricks", "verify", check=False)
    assert verdict.returncode == 0, verdict.stdout
