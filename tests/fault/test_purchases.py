# SPDX-License-Identifier: Apache-2.0
"""MariaDB is killed between any two statements of each transaction of a purchase, and in the middle of each: what was
done is then all there or nothing of it, and doing it again ends where it would have ended. The way of test_money.py."""

import os
import subprocess

import pytest

from tests.fault.test_money import BUILD, Server, through

KINDS = ("paid", "wrong", "part", "refund_used", "refunded_first", "dispute_used", "erased", "won_used", "close")

# Everything such a transaction may change, without ids and times.
STATE = """
SELECT u.bricks_balance, u.bricks_held, u.bricks_debt, p.status, p.bricks_net, p.bookings, p.refunded_minor,
 p.disputed_minor, p.dispute, p.problem, p.said_minor, p.closed_at IS NULL, p.closed_by IS NULL, p.closed_note, p.paid_at IS NULL, p.failed_at IS NULL, p.receipt_number IS NULL, p.payment_id IS NULL,
 (SELECT value FROM counters WHERE name = 'receipt') = (SELECT COUNT(receipt_number) FROM purchases) AS numbers,
 (SELECT GROUP_CONCAT(CONCAT_WS(':', transaction_type, source, amount, balance_after) ORDER BY transaction_id)
  FROM bricks_transactions WHERE user_id = u.user_id) AS movements,
 (SELECT GROUP_CONCAT(CONCAT_WS(':', a.kind, e.amount) ORDER BY e.entry_id) FROM bricks_entries e
  JOIN bricks_accounts a USING (account_id) JOIN bricks_transactions t USING (transaction_id)
  WHERE t.user_id = u.user_id) AS entries,
 (SELECT GROUP_CONCAT(CONCAT_WS(':', source, amount, settled, settled_at IS NULL) ORDER BY debt_id) FROM bricks_debts
  WHERE user_id = u.user_id) AS debts,
 (SELECT GROUP_CONCAT(CONCAT_WS(':', kind, applied_at IS NULL) ORDER BY event_id) FROM payment_events
  WHERE event_id LIKE CONCAT('evt_', p.purchase_id, '\\_%')) AS events,
 (SELECT GROUP_CONCAT(CONCAT_WS(':', action, old_value, new_value)) FROM admin_actions WHERE user_id = u.user_id) AS actions,
 (SELECT GROUP_CONCAT(CONCAT_WS(':', state, amount_minor)) FROM purchase_disputes WHERE purchase_id = p.purchase_id) AS disputes,
 (SELECT GROUP_CONCAT(kind ORDER BY mail_id) FROM mails WHERE user_id = u.user_id) AS mails
FROM users u JOIN purchases p USING (user_id) WHERE p.purchase_id = """


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    server = Server(str(tmp_path_factory.mktemp("purchases")))
    yield server
    server.close()


def buy(server, *args, path=None):
    params = f"sock={path or server.socket} user=root dbname=wall"
    return subprocess.run([os.path.join(BUILD, "tests", "db", "buy"), *args], capture_output=True, text=True,
                          env={**os.environ, "WALL_TEST_DB_PARAMS": params}, check=False, timeout=60)


def run(server, kind, at, inside):
    """(before, after, statements, whether it was killed, what the client said, after it was done once more)"""
    made = buy(server, "new", kind)
    assert made.returncode == 0, made.stderr
    user, purchase = made.stdout.split()
    before = server.sql(STATE + purchase)
    point, done = through(server, f"{kind}-{at}-{int(inside)}", at, inside,
                          lambda path: buy(server, "step", kind, user, purchase, path=path))
    after = server.sql(STATE + purchase)
    again = buy(server, "step", kind, user, purchase)
    assert again.returncode == 0, again.stderr
    return before, after, point.count, point.reached.is_set(), done, server.sql(STATE + purchase)


@pytest.mark.parametrize("kind", KINDS)
def test_all_or_nothing(server, kind):
    before, whole, statements, _, done, again = run(server, kind, 0, False)
    assert done.returncode == 0, done.stderr
    assert before != whole == again and statements >= 3
    if kind == "erased":  # their bricks go back; they have no address any more
        assert whole.rstrip("\n").endswith("\treceipt"), whole
    seen = set()
    for at in range(1, statements + 1):
        for inside in (False, True):
            start, end, _, killed, done, again = run(server, kind, at, inside)
            assert killed and start == before
            assert end in (before, whole), (at, inside, end)
            assert again == whole, (at, inside, again)  # the provider sends it again until it is taken
            if done.returncode == 0:
                assert end == whole, (at, inside)
            seen.add(end)
    assert before in seen
    verdict = server.wallctl("bricks", "verify", check=False)
    assert verdict.returncode == 0, verdict.stdout
