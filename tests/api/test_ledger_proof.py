# SPDX-License-Identifier: Apache-2.0
"""The chain of days and the proof of each night, on an instance of its own: here the ledger is tampered with."""

import contextlib
import hashlib
import json
import re
import subprocess
import os
import time

import pytest

from tests.stack import TOP, Stack, eventually
from tests.stack.client import Client


def night(stack):
    """Makes the worker prove the ledger anew, which it does ten seconds after it has started."""
    stack.db("DELETE FROM bricks_checks")
    stack.restart("worker")
    return eventually(lambda: stack.db("SELECT * FROM bricks_checks WHERE took_ms IS NOT NULL"), seconds=60)[0]


@pytest.fixture(scope="module")
def old(contract):
    """A site whose ledger began some days ago, with text that has to be escaped."""
    with Stack(options=["--set", "WallRateFactor 1000"]) as stack:
        client = Client(stack, contract)
        me = client.register()["user_id"]
        account = stack.number("SELECT account_id FROM bricks_accounts WHERE user_id = ? AND kind = 'available'", me)
        balance, now = 0, stack.value("SELECT NOW(6)")
        stack.db("SET foreign_key_checks = 0; DROP TRIGGER bricks_entries_stay; DROP TRIGGER bricks_transactions_stay; "
                 "DELETE FROM bricks_entries; DELETE FROM bricks_transactions; "
                 "CREATE TRIGGER bricks_entries_stay BEFORE DELETE ON bricks_entries FOR EACH ROW "
                 "SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'the ledger is append-only'; "
                 "CREATE TRIGGER bricks_transactions_stay BEFORE DELETE ON bricks_transactions FOR EACH ROW "
                 "SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'the ledger is append-only'")
        for day in (5, 5, 4, 2, 0):  # nothing happened three days ago
            balance += 100
            stack.db("INSERT INTO bricks_transactions (user_id, transaction_type, source, amount, balance_after, "
                     "idempotency_key, description, metadata, created_at) VALUES (?, 'bonus', 'admin_grant', 100, ?, ?, "
                     "?, ?, CAST(? AS DATETIME(6)) - INTERVAL ? DAY); "
                     "INSERT INTO bricks_entries (transaction_id, account_id, amount) VALUES "
                     "(LAST_INSERT_ID(), 1, -100), (LAST_INSERT_ID(), ?, 100)",
                     me, balance, f"old:{balance}", "a tab\t, a \\ and\nа кирпич", '{"n":1}', now, day, account)
        stack.db("UPDATE users SET bricks_balance = ? WHERE user_id = ?", balance, me)
        assert night(stack)["ok"] == "1"
        yield stack


def verify(stack):
    done = stack.wallctl("bricks", "verify", "--json", check=False)
    return done.returncode, json.loads(done.stdout)


def test_days_are_closed(old):
    days = old.db("SELECT day, transactions, entries FROM bricks_days ORDER BY day")
    # A day is closed an hour after its end: those for which that had come when the proof began, or as it was made.
    over = old.db("SELECT DATEDIFF(MIN(c.started_at) - INTERVAL 1 HOUR, MIN(t.created_at)) AS least, "
                  "DATEDIFF(MAX(c.started_at + INTERVAL c.took_ms * 1000 MICROSECOND) - INTERVAL 1 HOUR, MIN(t.created_at)) "
                  "AS most FROM bricks_transactions t, bricks_checks c WHERE c.took_ms IS NOT NULL")[0]
    assert 4 <= int(over["least"]) <= len(days) <= int(over["most"]) <= 5
    assert all(row["day"] < old.value("SELECT UTC_DATE()") for row in days)
    assert [row["transactions"] for row in days][:4] == ["2", "1", "0", "1"]
    assert [row["entries"] for row in days][:4] == ["4", "2", "0", "2"]
    code, report = verify(old)
    assert code == 0 and report["ok"] and report["days"] == len(days)


def test_an_auditor_needs_no_program_of_ours(old):
    """chain.h's recipe with the bare client and sha256sum's algorithm."""
    with open(os.path.join(TOP, "sql", "queries", "ledger.sql"), encoding="utf-8") as file:
        text = file.read()
    lines = re.search(r"-- name: ledger_day_lines\(.*?\)\n(.*?);", text, re.S)[1]
    lines = re.sub(r"^SELECT t.transaction_id AS after_transaction.*?AS after_entry,", "SELECT", lines, flags=re.S)
    lines = re.sub(r"\n  AND \(t.transaction_id > .*?\)\)\n", "\n", lines, flags=re.S).replace("LIMIT :limit", "")
    before = "0" * 64
    for row in old.db("SELECT day, hash FROM bricks_days ORDER BY day"):
        done = subprocess.run(["mariadb", "--no-defaults", "-BN", "--default-character-set=utf8mb4",
                               f"--socket={old.folder}/run/mysql.sock", f"--user={old.settings['DB_ADMIN']}",
                               old.settings["DB_NAME"]], input=lines.replace(":day", f"'{row['day']}'").encode(),
                              capture_output=True, check=True)
        hashed = hashlib.sha256(f"{before}\n{row['day']}\n".encode() + done.stdout).hexdigest()
        assert hashed == row["hash"], (row, done.stdout)
        before = row["hash"]


# (what somebody does who has dropped the trigger, how it is undone, what is found)
TAMPERING = [
    ("UPDATE bricks_transactions SET description = 'another' WHERE idempotency_key = 'old:100'",
     "UPDATE bricks_transactions t, bricks_transactions o SET t.description = o.description "
     "WHERE t.idempotency_key = 'old:100' AND o.idempotency_key = 'old:200'", "its hash"),
    ("UPDATE bricks_transactions SET created_at = created_at - INTERVAL 1 DAY WHERE idempotency_key = 'old:300'",
     "UPDATE bricks_transactions SET created_at = created_at + INTERVAL 1 DAY WHERE idempotency_key = 'old:300'",
     "its hash"),
    ("UPDATE bricks_transactions SET created_at = created_at - INTERVAL 9 DAY WHERE idempotency_key = 'old:100'",
     "UPDATE bricks_transactions SET created_at = created_at + INTERVAL 9 DAY WHERE idempotency_key = 'old:100'",
     "movements before it"),
]


@pytest.mark.parametrize("change, undo, found", TAMPERING, ids=[case[2] + str(i) for i, case in enumerate(TAMPERING)])
def test_tampering_is_found(old, change, undo, found):
    trigger = old.db("SHOW CREATE TRIGGER bricks_transactions_keep")[0]["SQL Original Statement"]
    old.db("DROP TRIGGER bricks_transactions_keep")
    old.db(change)
    code, report = verify(old)
    old.db(undo)
    old.db(re.sub(r"DEFINER=\S+ ", "", trigger))
    assert code == 1
    assert [p for p in report["problems"] if p["check"] == "every closed day is as it was closed"
            and found in p["subject"]], report
    assert verify(old)[0] == 0


def test_a_night_that_was_broken_off_is_made_up_for(old):
    """The worker died in it, or the database did."""
    night(old)
    old.db("UPDATE bricks_checks SET took_ms = NULL, ok = NULL, started_at = NOW(6) - INTERVAL 7 HOUR")
    old.restart("worker")
    row = eventually(lambda: old.db("SELECT * FROM bricks_checks WHERE took_ms IS NOT NULL"), seconds=60)[0]
    assert row["ok"] == "1"


def test_the_night_is_written_down(old):
    row = old.db("SELECT * FROM bricks_checks")[0]
    assert (row["ok"], row["breaches"], row["first_breach"]) == ("1", "0", None)
    assert (row["transactions"], row["entries"], row["users"], row["open_holds"]) == ("5", "10", "1", "0")
    assert int(row["took_ms"]) >= 0


def test_a_breach_is_logged_and_written_down(old):
    balance = old.number("SELECT bricks_balance FROM users")
    old.db("UPDATE users SET bricks_balance = bricks_balance + 1")
    try:
        row = night(old)
        assert row["ok"] == "0"
        assert row["breaches"] == "1"
        assert row["first_breach"].startswith("the cached balance is the sum of the available account, but user ")
        assert "the ledger is wrong in 1 places: the cached balance" in old.log("worker.out")
    finally:
        old.db("UPDATE users SET bricks_balance = ?", balance)


@contextlib.contextmanager
def held(stack, table):
    """Whoever reads the table waits meanwhile."""
    with subprocess.Popen(["mariadb", "--no-defaults", "--batch", "--skip-column-names", "--unbuffered",
                           f"--socket={stack.folder}/run/mysql.sock", f"--user={stack.settings['DB_ADMIN']}",
                           stack.settings["DB_NAME"]], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as client:
        client.stdin.write(f"LOCK TABLES {table} WRITE;\nSELECT 'locked';\n")
        client.stdin.flush()
        assert client.stdout.readline() == "locked\n"
        try:
            yield
        finally:
            client.stdin.close()


def begin_a_proof_that_waits(stack, table="bricks_debts"):
    """The table is held: the proof, and nothing else the worker does, waits for it."""
    stack.db("DELETE FROM bricks_checks")
    stack.restart("worker")
    eventually(lambda: stack.number("SELECT COUNT(*) FROM information_schema.processlist "
                                    "WHERE state LIKE 'Waiting for table%' AND info LIKE ? "
                                    "AND id <> CONNECTION_ID()", f"%{table}%"), seconds=60, what="the proof")


def test_nothing_waits_for_a_long_proof(old):
    with held(old, "bricks_debts"):
        begin_a_proof_that_waits(old)
        old.db("INSERT INTO outbox (topic, channel, payload) VALUES ('post', 'wall:1', '{}')")
        eventually(lambda: not old.number("SELECT COUNT(*) FROM outbox"), seconds=30, what="the outbox to be emptied")
        assert old.db("SELECT took_ms FROM bricks_checks") == [{"took_ms": None}]  # by one who did not wait
    assert eventually(lambda: old.db("SELECT ok FROM bricks_checks WHERE took_ms IS NOT NULL"), seconds=60)[0]["ok"] == "1"


def test_a_long_proof_is_left_when_the_worker_ends(old):
    with held(old, "bricks_debts"):
        begin_a_proof_that_waits(old)
        before = len(old.log("worker.out"))
        old.stop("worker")
        said = old.log("worker.out")[before:]
        assert re.search(r"ledger child \d+ ended \(code 0\)", said), said
        assert "the proof of the ledger is left to the next worker" in said
        assert old.db("SELECT * FROM bricks_checks") == []
        old.start("worker")
    assert eventually(lambda: old.db("SELECT ok FROM bricks_checks WHERE took_ms IS NOT NULL"), seconds=60)[0]["ok"] == "1"


def test_closing_a_day_may_take_longer_than_other_statements(old):
    with held(old, "bricks_days"):
        begin_a_proof_that_waits(old, "bricks_days")
        time.sleep(12)  # the watchdog gives others 10 s
    assert eventually(lambda: old.db("SELECT ok FROM bricks_checks WHERE took_ms IS NOT NULL"), seconds=60)[0]["ok"] == "1"
