# SPDX-License-Identifier: Apache-2.0
"""Daily bricks, days in a row, what administrators give, premium, the personal limit, running low."""

import datetime
import subprocess
import threading
import uuid

import pytest

from tests.api.streams import Stream
from tests.stack import within_a_day
from tests.stack.client import Client


def claimed(stack, client, days_ago, streak):
    """A claim of some days ago, so many days into a row; what the caller says of today holds for half a minute at least."""
    within_a_day()
    stack.db("INSERT INTO bricks_daily_claims (user_id, local_day, streak_days, amount, streak_bonus) "
             "VALUES (?, UTC_DATE() - INTERVAL ? DAY, ?, 100, 0)", client.me["user_id"], days_ago, streak)


def midnight(text):
    when = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    assert (when.hour, when.minute, when.second) == (0, 0, 0)
    left = when - datetime.datetime.now(datetime.timezone.utc)
    assert datetime.timedelta(0) <= left <= datetime.timedelta(days=1)
    return when


@pytest.fixture
def admin(new_user):
    return new_user().become()


# ---- the day's bricks ------------------------------------------------------------------------
def test_claim_once_a_day(stack, user):
    within_a_day()
    daily = user.get("/bricks/balance", expect=200).data["daily"]
    assert (daily["claimable"], daily["automatic"], daily["amount"]) == (True, False, 100)
    assert (daily["streak_days"], daily["streak_bonus"], daily["next_claim_at"]) == (0, 0, None)
    assert [day["state"] for day in daily["week"]] == ["missed"] * 4 + ["ready"] + ["later"] * 2
    got = user.post("/bricks/claim-daily", expect=200).data
    assert (got["claimed"], got["amount"], got["balance"]) == (True, 100, 600)
    assert (got["streak_days"], got["streak_bonus"]) == (1, 0)
    midnight(got["next_claim_at"])
    assert user.balance() == (600, 0)
    again = user.post("/bricks/claim-daily", expect=409)
    assert again.code == "WALL_ALREADY_CLAIMED"
    assert again.details["next_claim_at"] == got["next_claim_at"]
    daily = user.get("/bricks/balance", expect=200).data["daily"]
    assert (daily["claimable"], daily["next_claim_at"], daily["streak_days"]) == (False, got["next_claim_at"], 1)
    assert [day["state"] for day in daily["week"]] == ["missed"] * 4 + ["claimed"] + ["later"] * 2
    assert daily["day_ends_at"] == got["next_claim_at"] and daily["time_zone"] == "Etc/UTC"
    rows = stack.db("SELECT transaction_type, source, amount, balance_after, metadata FROM bricks_transactions "
                    "WHERE user_id = ? ORDER BY transaction_id", user.me["user_id"])
    assert [list(row.values())[:4] for row in rows] == [["bonus", "registration", "500", "500"],
                                                        ["earned", "daily_claim", "100", "600"]]
    assert rows[1]["metadata"] == '{"streak_days":1,"streak_bonus":0}'


@pytest.mark.parametrize("before, bonus", [(1, 10), (2, 15), (8, 45), (9, 50), (10, 50), (4000, 50)])
def test_days_in_a_row(stack, user, before, bonus):
    claimed(stack, user, 1, before)
    shown = user.get("/bricks/balance", expect=200).data["daily"]
    assert (shown["claimable"], shown["streak_days"]) == (True, before)
    assert (shown["amount"], shown["streak_bonus"]) == (100 + bonus, bonus)
    assert [day["state"] for day in shown["week"]][:5] == ["missed"] * 3 + ["claimed", "ready"]
    got = user.post("/bricks/claim-daily", expect=200).data
    assert (got["streak_days"], got["streak_bonus"], got["amount"]) == (before + 1, bonus, 100 + bonus)
    assert user.balance() == (600 + bonus, 0)


def test_a_missed_day_ends_the_row(stack, user):
    claimed(stack, user, 2, 7)
    assert user.get("/bricks/balance").data["daily"]["streak_days"] == 0
    got = user.post("/bricks/claim-daily", expect=200).data
    assert (got["streak_days"], got["streak_bonus"]) == (1, 0)


def test_a_site_moved_west_gives_no_day_twice(stack, user):
    claimed(stack, user, -1, 3)
    daily = user.get("/bricks/balance").data["daily"]
    assert not daily["claimable"]
    answer = user.post("/bricks/claim-daily", expect=409)
    after = datetime.datetime.now(datetime.timezone.utc).date() + datetime.timedelta(days=2)
    assert answer.details["next_claim_at"] == daily["next_claim_at"] == f"{after}T00:00:00.000Z"


def test_200_claims_at_once_are_one(stack, user):
    """Each on a connection of its own, all let go at the same instant, without a common key."""
    within_a_day(seconds=90)
    gate, statuses = threading.Barrier(200), []

    def claim():
        client = Client(stack, None)
        client.token, client.bearer = user.token, True
        gate.wait()
        statuses.append(client.post("/bricks/claim-daily", key=False, timeout=60).status)

    threads = [threading.Thread(target=claim) for _ in range(200)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [200] + [409] * 199
    assert user.balance() == (600, 0)
    assert stack.number("SELECT COUNT(*) FROM bricks_transactions WHERE user_id = ? AND source = 'daily_claim'",
                        user.me["user_id"]) == 1


def test_one_key_is_one_claim(stack, user):
    key = str(uuid.uuid4())
    first = user.post("/bricks/claim-daily", key=key, expect=200)
    again = user.post("/bricks/claim-daily", key=key, expect=200)
    assert again.body == first.body and user.balance() == (600, 0)


# ---- what administrators give ----------------------------------------------------------------
def grant(admin, client, amount, reason="A fault was reported", **kw):
    return admin.post(f"/admin/users/{client.me['user_id']}/bricks", {"amount": amount, "reason": reason}, **kw)


def test_grant_and_correction(stack, admin, user):
    got = grant(admin, user, 250, expect=201).data
    assert (got["user_id"], got["amount"], got["balance"]) == (user.me["user_id"], 250, 750)
    grant(admin, user, -750, "Given twice", expect=201)
    assert user.balance() == (0, 0)
    rows = stack.db("SELECT transaction_type, source, amount, balance_after, actor_id, description "
                    "FROM bricks_transactions WHERE user_id = ? ORDER BY transaction_id", user.me["user_id"])
    who = str(admin.me["user_id"])
    assert [list(row.values()) for row in rows[1:]] == [
        ["bonus", "admin_grant", "250", "750", who, "A fault was reported"],
        ["bonus", "admin_correction", "-750", "0", who, "Given twice"]]
    assert stack.wallctl("bricks", "verify")


def test_a_correction_goes_not_below_zero(admin, user):
    answer = grant(admin, user, -501, expect=402)
    assert answer.code == "WALL_INSUFFICIENT_BRICKS"
    assert answer.details == {"required": 501, "available": 500}
    assert user.balance() == (500, 0)


def test_grant_refuses(admin, user):
    assert "amount" in grant(admin, user, 0, expect=422).details
    assert "reason" in grant(admin, user, 5, " x ", expect=422).details
    assert "amount" in grant(admin, user, 1000001, expect=422).details
    admin.post("/admin/users/999999999/bricks", {"amount": 5, "reason": "Nobody"}, expect=404)
    assert grant(admin, user, 5, key=False, expect=428).code == "WALL_IDEMPOTENCY_REQUIRED"
    assert grant(user, user, 5, expect=403).code == "WALL_FORBIDDEN"
    admin.confirmed_before()
    assert grant(admin, user, 5, expect=403).code == "WALL_STEP_UP"
    assert user.balance() == (500, 0)


def test_a_grant_100_times_at_once_is_one(stack, admin, user):
    key, gate, answers = str(uuid.uuid4()), threading.Barrier(100), []

    def give():
        client = Client(stack, None)
        client.token, client.bearer = admin.token, True
        gate.wait()
        answers.append(grant(client, user, 7, key=key, timeout=60))

    threads = [threading.Thread(target=give) for _ in range(100)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {answer.status for answer in answers} == {201}
    assert len({answer.body for answer in answers}) == 1
    assert user.balance() == (507, 0)
    assert stack.number("SELECT COUNT(*) FROM bricks_transactions WHERE user_id = ? AND source = 'admin_grant'",
                        user.me["user_id"]) == 1


# ---- premium ---------------------------------------------------------------------------------
def test_premium(stack, user, new_user):
    stack.db("UPDATE users SET is_premium = 1, premium_until = NOW(6) + INTERVAL 1 DAY WHERE user_id = ?",
             user.me["user_id"])
    status = user.get("/bricks/balance", expect=200).data
    assert status["is_premium"] and status["daily"]["amount"] == 200
    assert user.get("/users/me").data["is_premium"]
    assert user.post("/bricks/claim-daily", expect=200).data["amount"] == 200
    jobs = [client.generate()["job"]["job_id"] for client in (user, new_user())]
    assert [stack.number("SELECT priority FROM ai_generation_jobs WHERE job_id = ?", job) for job in jobs] == [1, 0]
    stack.db("UPDATE users SET premium_until = NOW(6) - INTERVAL 1 SECOND WHERE user_id = ?", user.me["user_id"])
    status = user.get("/bricks/balance", expect=200).data
    assert not status["is_premium"] and not user.get("/users/me").data["is_premium"]


# ---- the personal limit ----------------------------------------------------------------------
def test_limit(stack, user):
    within_a_day(seconds=90)  # nor does a month end
    limit = user.get("/bricks/limit", expect=200).data
    assert (limit["monthly_limit"], limit["spent"], limit["remaining"]) == (0, 0, None)
    cost = user.post("/bricks/estimate", {"prompt": "A timer for tea"}).data["bricks_max"]
    limit = user.patch("/bricks/limit", {"monthly_limit": cost + 1}, expect=200).data
    assert (limit["monthly_limit"], limit["spent"], limit["remaining"]) == (cost + 1, 0, cost + 1)
    made = user.generate("A timer for tea")
    assert user.wait_job(made["job"]["job_id"])["status"] == "completed"
    used = user.job(made["job"]["job_id"])["actual_bricks_cost"]
    shown = user.get("/bricks/limit", expect=200).data
    assert (shown["spent"], shown["remaining"]) == (used, cost + 1 - used)
    answer = user.post("/ai/generate", {"prompt": "A timer for tea"}, expect=402)
    assert answer.code == "WALL_SPENDING_LIMIT"
    assert answer.details == {"required": cost, "limit": cost + 1, "spent": used, "resets_at": shown["resets_at"]}
    first = midnight_of_month(shown["resets_at"])
    assert first.day == 1
    assert user.balance() == (500 - used, 0)
    # last month's do not count
    stack.db("UPDATE bricks_holds SET created_at = created_at - INTERVAL 31 DAY WHERE user_id = ?",
             user.me["user_id"])
    assert user.get("/bricks/balance").data["limit"]["spent"] == 0
    user.generate("A timer for tea")
    user.patch("/bricks/limit", {"monthly_limit": 0}, expect=200)
    user.generate("A timer for tea")


def midnight_of_month(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


def test_what_is_held_counts_until_it_comes_back(stack, user):
    within_a_day(seconds=90)
    cost = user.post("/bricks/estimate", {"prompt": "A timer for tea"}).data["bricks_max"]
    user.patch("/bricks/limit", {"monthly_limit": cost}, expect=200)
    stack.stop("worker")
    try:
        job = user.generate("A timer for tea")["job"]["job_id"]
        assert user.get("/bricks/limit").data["remaining"] == 0
        assert user.post("/ai/generate", {"prompt": "A timer for tea"}, expect=402).code == "WALL_SPENDING_LIMIT"
        user.post(f"/ai/jobs/{job}/cancel", expect=200)
        assert user.get("/bricks/limit").data["remaining"] == cost
        # of many at once as many as fit
        gate, statuses = threading.Barrier(12), []

        def ask():
            client = Client(stack, None)
            client.token, client.bearer = user.token, True
            gate.wait()
            statuses.append(client.post("/ai/generate", {"prompt": "A timer for tea"}, timeout=60).status)

        threads = [threading.Thread(target=ask) for _ in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(statuses) == [201] + [402] * 11
    finally:
        stack.start("worker")


def test_limit_if_match(user):
    tag = user.get("/bricks/limit").headers["ETag"]
    user.patch("/bricks/limit", {"monthly_limit": 10}, headers={"If-Match": tag}, expect=200)
    answer = user.patch("/bricks/limit", {"monthly_limit": 20}, headers={"If-Match": tag}, expect=412)
    assert answer.code == "WALL_PRECONDITION_FAILED"
    assert "monthly_limit" in user.patch("/bricks/limit", {"monthly_limit": -1}, expect=422).details


# ---- running low -----------------------------------------------------------------------------
def test_low_is_told_once(stack, admin, user, mailbox):
    me = user.me["user_id"]
    below = user.get("/bricks/balance").data["low_below"]
    box = mailbox(user.me["email"])
    stream = Stream(stack, user, f"/events?topics=user:{me}").until(lambda s: hasattr(s, "retry"))

    def low():
        return [frame["data"] for frame in stream.of(f"user:{me}") if frame["event"] == "bricks.low"]

    def told():
        return stack.number("SELECT bricks_low_told FROM users WHERE user_id = ?", me)

    grant(admin, user, below - 500, expect=201)
    assert told() == 0  # exactly enough is enough
    grant(admin, user, -1, expect=201)
    stream.until(lambda s: low() == [{"available": below - 1, "threshold": below}])
    grant(admin, user, -1, expect=201)
    grant(admin, user, 1, expect=201)
    assert told() == 1
    mail = box.wait("running low")
    assert mail.link.endswith("/bricks")
    # again only after there was enough
    grant(admin, user, 300, expect=201)
    assert told() == 0
    grant(admin, user, -300, expect=201)
    stream.until(lambda s: len(low()) == 2)
    box.wait("running low")
    box.none()
    stream.close()


# ---- the ledger cannot be rewritten ----------------------------------------------------------
@pytest.mark.parametrize("change", ["UPDATE bricks_entries SET amount = amount + 1", "DELETE FROM bricks_entries",
                                    "UPDATE bricks_transactions SET amount = 1", "DELETE FROM bricks_transactions",
                                    "UPDATE bricks_days SET hash = 'x'", "DELETE FROM bricks_days",
                                    "TRUNCATE bricks_entries", "DROP TRIGGER bricks_entries_keep"])
def test_append_only(stack, user, change):
    """Neither the account of httpd and worker, which lacks the right, nor the administrator by mistake."""
    def run(account):
        return subprocess.run(["mariadb", "--no-defaults", f"--socket={stack.folder}/run/mysql.sock",
                               f"--user={account}", stack.settings["DB_NAME"], "-e", change],
                              capture_output=True, text=True, check=False)

    done = run(stack.settings["DB_USER"])
    assert done.returncode != 0 and "denied" in done.stderr, done
    if change.startswith(("UPDATE bricks_e", "DELETE FROM bricks_e", "UPDATE bricks_t", "DELETE FROM bricks_t")):
        done = run(stack.settings["DB_ADMIN"])
        assert "append-only" in done.stderr, done
    assert user.balance() == (500, 0)
