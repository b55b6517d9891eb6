# SPDX-License-Identifier: Apache-2.0
"""MariaDB is killed before, and in the middle of, each statement httpd sends for a request that moves bricks, and after
each that lasts by itself, its answer being lost. The client is told that the site cannot reach its data, and asks again
with the same Idempotency-Key; a payment provider sends its event again. Then it has been done once, and whoever asks
again gets the same bytes. A server is killed for many requests at once, each of an account of its own and stopped at
a statement of its own, by a proxy that only these requests go through: a face of the site with another DBDParams."""

import concurrent.futures
import itertools
import os
import signal
import tempfile
import threading

import pytest

from tests.fault.proxy import AFTER, BEFORE, INSIDE, Point, Proxy
from tests.fault.test_money import COLUMNS
from tests.stack import Stack, eventually, within_a_day
from tests.stack.client import Answer, Client
from tests.stack.stripe_api import StripeApi

OUTAGE = r"(?i)WALL_DB_UNAVAILABLE|mysql|dbd|database|connect"

# Of each account: its money, what it bought, what is kept under its key; without ids and times.
STATE = "SELECT u.username AS who, " + COLUMNS + """,
 (SELECT GROUP_CONCAT(CONCAT_WS(':', status, checkout_url IS NOT NULL, bricks_net, bookings, refunded_minor,
  receipt_number IS NOT NULL)) FROM purchases WHERE user_id = u.user_id) AS purchases,
 (SELECT GROUP_CONCAT(CONCAT_WS(':', e.kind, e.applied_at IS NOT NULL) ORDER BY e.received_at) FROM payment_events e
  JOIN purchases p USING (purchase_id) WHERE p.user_id = u.user_id) AS events,
 (SELECT GROUP_CONCAT(CONCAT_WS(':', route, status)) FROM idempotency_keys
  WHERE idempotency_key = CONCAT('key-', u.username)) AS kept
FROM users u WHERE u.username IN ("""


# ---- what is asked for: each makes an account and returns its name and what asks, always the same ----
def generate(world):
    user = world.person()
    return user.name, lambda: user.cut.post("/ai/generate", {"prompt": "A timer for tea"}, key=user.key)


def cancel(world):
    user = world.person()
    job = user.generate()["job"]["job_id"]
    return user.name, lambda: user.cut.post(f"/ai/jobs/{job}/cancel", key=user.key)


def claim(world):
    user = world.person()
    return user.name, lambda: user.cut.post("/bricks/claim-daily", key=user.key)


def grant(world):
    user, body = world.person(), {"amount": 7, "reason": "A fault was reported"}
    return user.name, lambda: world.admin.cut.post(f"/admin/users/{user.me['user_id']}/bricks", body, key=user.key)


def purchase(world):
    user = world.person()

    def ask():
        # As if asked a minute later: a row without a checkout is another who asks, for its first seconds.
        world.stack.db("UPDATE purchases SET created_at = created_at - INTERVAL 1 MINUTE WHERE user_id = ?",
                       user.me["user_id"])
        return user.cut.post("/bricks/purchase", {"package": "starter"}, key=user.key)

    return user.name, ask


def paid(world):
    user = world.person()
    made = user.post("/bricks/purchase", {"package": "starter"}, expect=201).data
    event = world.stripe.completed(world.stripe.session_of(made["checkout_url"]))
    return user.name, lambda: world.deliver(event)


def register(world):
    visitor = Client(world.stack, world.contract, base_url=world.stack.faces["cut"])
    body = world.form()
    return body["username"], lambda: visitor.post("/auth/register", body)


def approve(world):
    body = world.form()
    Client(world.stack, world.contract, base_url=world.stack.faces["approval"]).post("/auth/register", body, expect=201)
    user = world.stack.number("SELECT user_id FROM users WHERE username = ?", body["username"])
    return body["username"], lambda: world.admin.cut.post(f"/admin/approvals/{user}", {"decision": "approve"})


# What asks → how it is answered, and once it is done: None is "with the same bytes".
KINDS = {generate: (201, None), cancel: (200, None), claim: (200, None), grant: (201, None), purchase: (201, None),
         paid: (200, None), register: (201, 409), approve: (200, 404)}
# The one that is more than one transaction, as it talks to the provider meanwhile: what it may leave until it is asked
# for again. No bricks are in it.
STEPS = {purchase: {"purchases": (None, "pending:0:0:0:0:0", "pending:1:0:0:0:0"),
                    "kept": (None, "purchaseBricks:0", "purchaseBricks:201")}}
ALONE = (paid,)  # numbers receipts, one after another: two at once would wait for each other


class World:
    """A site whose face "cut" reaches MariaDB through the proxy, without a worker."""

    def __init__(self, stack, contract, stripe, proxy):
        self.stack, self.contract, self.stripe, self.proxy = stack, contract, stripe, proxy
        self.numbers = itertools.count(1)
        self.admin = self.person()
        self.admin.become()
        self.admin.cut.token = self.admin.token

    def form(self):
        name = f"cut{next(self.numbers)}"
        return {"username": name, "email": f"{name}@example.org", "password": "correct horse battery"}

    def person(self):
        """A Client with .name, .key, and the same person through the proxy in .cut"""
        client = Client(self.stack, self.contract)
        client.register(**self.form())
        client.name = client.me["username"]
        client.key = "key-" + client.name
        client.cut = client.as_bearer()
        client.cut.base_url = self.stack.faces["cut"]
        return client

    def deliver(self, event):
        return Answer(self.stripe.deliver(self.stack, event, base_url=self.stack.faces["cut"]))

    def states(self, names):
        """Of each name its row, {} where there is no such account."""
        rows = self.stack.db(STATE + ", ".join("?" for _ in names) + ")", *names)
        found = {row.pop("who"): row for row in rows}
        return [found.get(name, {}) for name in names]


@pytest.fixture(scope="module")
def sites(sink):
    """(the site, its proxy, the payment service)"""
    with tempfile.TemporaryDirectory(prefix="wall-cut-") as folder, StripeApi() as stripe:
        os.chmod(folder, 0o755)
        path = os.path.join(folder, "sock")
        faces = {"cut": f'DBDParams "sock={path} user=wall dbname=wall reconnect=0 fldsz=20480"',
                 "approval": "WallSignup approval"}
        stack = Stack(options=["--set", "WallRateFactor 1000", *sink.options(), *stripe.options()], faces=faces)
        proxy = Proxy(os.path.join(stack.folder, "run", "mysql.sock"), path, aside=False)
        with stack:
            stack.stop("worker")
            yield stack, proxy, stripe
            assert not stack.unexpected_lines()
        proxy.close()


@pytest.fixture(scope="module")
def stack(sites):
    return sites[0]


@pytest.fixture(scope="module")
def world(stack, sites, contract):
    _, proxy, stripe = sites
    return World(stack, contract, stripe, proxy)


# ---- where the server is killed ------------------------------------------------------------------
class Whole:
    """A request of this kind that nobody disturbs: its statements; the account before and after it."""

    def __init__(self, world, kind):
        name, ask = kind(world)
        self.before, = world.states([name])
        world.proxy.point = Point()
        answer = ask()
        self.statements = list(world.proxy.point.statements)
        self.after, = world.states([name])
        assert answer.status == KINDS[kind][0], answer
        assert self.before != self.after and "COMMIT" in self.statements

    def places(self):
        """All (at, how). After a statement within a transaction is before the next."""
        found, within = [], False
        for at, text in enumerate(self.statements, 1):
            within = text == "START TRANSACTION" or within and text != "COMMIT"
            found += [(at, how) for how in (BEFORE, INSIDE, AFTER) if how != AFTER or not within]
        return found

    def ends(self, at, how):
        """How a request that is one transaction may leave the account when it is cut there."""
        if "COMMIT" in self.statements[:at if how == AFTER else at - 1]:
            return [self.after]
        return [self.before, self.after] if (self.statements[at - 1], how) == ("COMMIT", INSIDE) else [self.before]


class Cut:
    """A request of an account of its own that is to stop at a place of the whole."""

    def __init__(self, kind, whole, at, how):
        self.kind, self.whole, self.at, self.how = kind, whole, at, how
        self.name = self.ask = self.point = self.answer = None

    def __repr__(self):
        text = self.whole.statements[self.at - 1]
        return f"<{self.kind.__name__}, {self.how} statement {self.at} {text[:60]}: {self.answer}>"

    def prepare(self, world):
        self.name, self.ask = self.kind(world)

    def begin(self, world, pool, gate, kill):
        """Sends it, until it has stopped."""
        self.point = world.proxy.point = Point(self.at, self.how, gate, kill)
        self.answer = pool.submit(self.ask)
        eventually(lambda: self.point.reached.is_set() or self.answer.done(), every=0.002, what=f"{self}: its place")
        assert self.point.statements == self.whole.statements[:self.at], (self, self.point.statements)


def rounds(wholes):
    """Lists of cuts, each list for one death of the server: of each kind one of its earlier and one of its later places,
    as such do not wait for each other's locks."""
    columns = []
    for kind, whole in wholes.items():
        cuts = [Cut(kind, whole, at, how) for at, how in whole.places()]
        half = len(cuts) if kind in ALONE else (len(cuts) + 1) // 2
        columns += [cuts[:half], cuts[half:]]
    return [[cut for cut in row if cut] for row in itertools.zip_longest(*columns)]


def killed(world, cuts):
    """Sends all of them, kills the server when each has stopped, and starts it again when it has been felt."""
    server = world.stack.pid("mariadb")

    def kill():
        world.proxy.refusing = True  # what httpd does again by itself comes too early
        os.kill(server, signal.SIGKILL)

    gate, last = threading.Barrier(len(cuts) + 1, timeout=9), threading.Barrier(len(cuts), kill, timeout=9)
    with concurrent.futures.ThreadPoolExecutor(len(cuts)) as pool:
        try:
            for cut in cuts:
                cut.begin(world, pool, gate.wait, last.wait)
            world.proxy.point = Point()
            gate.wait()
            eventually(lambda: world.stack.pid("mariadb") is None, what="death")
            world.stack.start("mariadb")
        finally:
            gate.abort()
        for cut in cuts:
            cut.answer = cut.answer.result()
    world.proxy.refusing = False


def check_end(cut, end):
    """All of it is there or nothing; all of it if the client was told so, which can only be in the middle of the end."""
    if cut.answer.code != "WALL_DB_UNAVAILABLE":
        assert cut.answer.status == KINDS[cut.kind][0] and cut.how == INSIDE and end == cut.whole.after, (cut, end)
    elif cut.kind not in STEPS:
        assert end in cut.whole.ends(cut.at, cut.how), (cut, end)
    else:
        steps = STEPS[cut.kind]
        assert all(end[name] in steps.get(name, (cut.whole.before[name],)) for name in end), (cut, end)


def check_again(cut, end, answers):
    first, repeated = KINDS[cut.kind]
    second, third = answers
    if repeated is None:
        assert (second.status, third.status) == (first, first) and second.body == third.body, (cut, answers)
    else:
        assert (second.status, third.status) == (repeated if end == cut.whole.after else first, repeated), (cut, answers)
    if cut.whole.after["kept"]:
        told = ["Idempotency-Replayed" in answer.headers for answer in answers]
        assert told == [end["kept"] == cut.whole.after["kept"], True], (cut, told)
    if cut.answer.status == first and repeated is None:
        assert second.body == cut.answer.body, (cut, second)


def carried_out(world):
    """Nothing of it was lost with the answers: the worker makes every app, and is paid once."""
    stack = world.stack
    stack.start("worker")
    eventually(lambda: [row["status"] for row in stack.db("SELECT DISTINCT status FROM ai_generation_jobs ORDER BY 1")]
               == ["completed", "cancelled"], 40, what="the end of all jobs")
    assert stack.db("""SELECT j.job_id FROM ai_generation_jobs j JOIN bricks_holds h USING (job_id)
        LEFT JOIN bricks_transactions t ON t.job_id = j.job_id AND t.transaction_type = 'spent'
        GROUP BY j.job_id HAVING COUNT(t.transaction_id) <> MAX(j.status = 'completed')
        OR MAX(h.status) <> IF(MAX(j.status = 'completed'), 'captured', 'released')""") == []
    assert stack.number("SELECT COUNT(*) FROM payment_events WHERE applied_at IS NULL") == 0
    assert stack.value("SELECT value FROM counters WHERE name = 'receipt'") == stack.value(
        "SELECT COUNT(DISTINCT receipt_number) FROM purchases")
    assert stack.number("SELECT COUNT(*) FROM purchases") == len(world.stripe.sessions)
    proof = stack.wallctl("bricks", "verify", check=False)
    assert proof.returncode == 0, proof.stdout + proof.stderr


@pytest.mark.expect_log(OUTAGE)
def test_asked_again_is_done_once(world):
    within_a_day(seconds=180)
    wholes = {kind: Whole(world, kind) for kind in KINDS}
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        for cuts in rounds(wholes):
            list(pool.map(lambda cut: cut.prepare(world), cuts))
            killed(world, cuts)
            names = [cut.name for cut in cuts]
            ends = world.states(names)
            again = list(pool.map(lambda cut: (cut.ask(), cut.ask()), cuts))
            for cut, end, answers, state in zip(cuts, ends, again, world.states(names)):
                check_end(cut, end)
                check_again(cut, end, answers)
                assert state == cut.whole.after, (cut, end, answers, state)
    carried_out(world)
