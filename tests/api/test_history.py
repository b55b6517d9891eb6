# SPDX-License-Identifier: Apache-2.0
"""The history of one's bricks: what is told, to whom, in which pages and files."""

import csv
import io
import math
import threading
from datetime import date, datetime, timedelta, timezone

import pytest

from tests.stack import within_a_day
from tests.stack.client import Client

PROMPT = "A kitchen timer with three presets"


def post(stack, user, amount, kind="bonus", source="admin_grant", *, when=None, count=1, more=None):
    """Movements written as the ledger would: rows, entries and the balance agree."""
    user_id = user.me["user_id"]
    name, _, value = (more or "description = NULL").partition(" = ")
    stack.db("START TRANSACTION; "
             "SET @before = (SELECT bricks_balance FROM users WHERE user_id = %(u)d FOR UPDATE); "
             "SET @own = (SELECT account_id FROM bricks_accounts WHERE user_id = %(u)d AND kind = 'available'); "
             "SET @last = (SELECT COALESCE(MAX(transaction_id), 0) FROM bricks_transactions); "
             "INSERT INTO bricks_transactions (user_id, transaction_type, source, amount, balance_after, "
             "idempotency_key, created_at, %(name)s) SELECT %(u)d, '%(kind)s', '%(source)s', %(amount)d, "
             "@before + CAST(seq AS SIGNED) * %(amount)d, CONCAT('test:', UUID(), seq), COALESCE(%(when)s, NOW(6)), %(value)s "
             "FROM seq_1_to_%(count)d; "
             "INSERT INTO bricks_entries (transaction_id, account_id, amount) "
             "SELECT transaction_id, @own, amount FROM bricks_transactions WHERE user_id = %(u)d "
             "AND transaction_id > @last UNION ALL SELECT transaction_id, 1, -amount FROM bricks_transactions "
             "WHERE user_id = %(u)d AND transaction_id > @last; "
             "UPDATE users SET bricks_balance = bricks_balance + %(amount)d * %(count)d WHERE user_id = %(u)d; "
             "COMMIT" % {"u": user_id, "kind": kind, "source": source, "amount": amount, "count": count,
                         "when": f"'{when}'" if when else "NULL", "name": name,
                         "value": value})


def walk(user, **params):
    """All items, page by page."""
    items, cursor = [], None
    for _ in range(200):
        page = user.get("/bricks/transactions", params={**params, **({"cursor": cursor} if cursor else {})},
                        expect=200).data
        items += page["items"]
        cursor = page["next_cursor"]
        if not cursor:
            return items
    raise AssertionError("the list does not end")


def made(user, prompt=PROMPT):
    job = user.generate(prompt)["job"]
    return user.wait_job(job["job_id"])


# ---- what is told --------------------------------------------------------------------------------
def test_welcome(user):
    page = user.get("/bricks/transactions", expect=200).data
    assert page["next_cursor"] is None
    [only] = page["items"]
    assert (only["transaction_type"], only["source"], only["amount"], only["balance_after"]) == (
        "bonus", "registration", 500, 500)
    assert only["hold"] is None and only["app"] is None


def test_a_hold_and_its_end_are_one_movement(user):
    job = made(user)
    used, held = job["actual_bricks_cost"], job["estimated_bricks_max"]
    first = walk(user)[0]
    assert (first["transaction_type"], first["amount"], first["balance_after"]) == ("spent", -used, 500 - used)
    assert (first["hold"]["held"], first["hold"]["used"], first["hold"]["returned"]) == (held, used, held - used)
    assert first["hold"]["resolved_at"] is not None
    assert first["app"]["job_id"] == job["job_id"] and first["app"]["app_id"] == job["app_id"]
    assert first["app"]["total_tokens"] == job["total_tokens"] and first["app"]["is_gone"] is False
    assert len(walk(user)) == 2
    assert sum(m["amount"] for m in walk(user)) == user.balance()[0]


def test_steps_are_the_ledgers_rows(stack, user):
    job = made(user)
    used, held = job["actual_bricks_cost"], job["estimated_bricks_max"]
    steps = walk(user, steps="true")
    assert [(m["transaction_type"], m["amount"]) for m in steps] == [
        ("spent", held - used), ("held", -held), ("bonus", 500)]
    assert [m["balance_after"] for m in steps] == [500 - used, 500 - held, 500]
    rows = stack.db("SELECT amount FROM bricks_transactions WHERE user_id = ? ORDER BY transaction_id DESC",
                    user.me["user_id"])
    assert [int(row["amount"]) for row in rows] == [m["amount"] for m in steps]


def test_an_open_hold_and_one_that_came_back(stack, user):
    stack.stop("worker")
    try:
        waiting = user.generate(PROMPT)["job"]
        first = walk(user)[0]
        assert (first["transaction_type"], first["amount"]) == ("held", -waiting["estimated_bricks_max"])
        assert first["hold"]["used"] is None and first["hold"]["returned"] is None
        assert first["hold"]["resolved_at"] is None
        user.post(f"/ai/jobs/{waiting['job_id']}/cancel", expect=200)
    finally:
        stack.start("worker")
    first = walk(user)[0]
    assert (first["transaction_type"], first["amount"], first["balance_after"]) == ("refunded", 0, 500)
    assert (first["hold"]["used"], first["hold"]["returned"]) == (None, waiting["estimated_bricks_max"])
    assert len(walk(user)) == 2


def test_breakdown(user):
    job = made(user)
    movement = walk(user)[0]
    got = user.get(f"/bricks/transactions/{movement['transaction_id']}", expect=200).data
    cost = got["cost"]
    assert (cost["prompt_tokens"], cost["completion_tokens"], cost["total_tokens"]) == (
        job["prompt_tokens"], job["completion_tokens"], job["total_tokens"])
    assert (cost["tokens_per_brick"], cost["bricks"]) == (100, job["actual_bricks_cost"])
    assert cost["bricks"] == -(-cost["total_tokens"] // cost["tokens_per_brick"]) == -got["amount"]
    assert cost["model"] == job["generation_model"] and cost["writing_ms"] > 0 and cost["waited_ms"] >= 0
    assert [s["transaction_type"] for s in got["steps"]] == ["held", "spent"]
    assert sum(s["amount"] for s in got["steps"]) == got["amount"]
    welcome = walk(user)[-1]
    got = user.get(f"/bricks/transactions/{welcome['transaction_id']}", expect=200).data
    assert got["cost"] is None and got["steps"] == []


def test_a_removed_post_is_said(user):
    asked = user.generate(PROMPT)
    user.wait_job(asked["job"]["job_id"])
    user.delete(f"/posts/{asked['post']['post_id']}", expect=200)
    assert walk(user)[0]["app"]["is_gone"] is True


# ---- to whom -------------------------------------------------------------------------------------
def test_nobody_sees_anothers(stack, user, new_user, anonymous):
    made(user)
    own = [m["transaction_id"] for m in walk(user, steps="true")]
    other = new_user()
    admin = new_user().become()
    for reader in (other, admin):
        assert not set(own) & {m["transaction_id"] for m in walk(reader, steps="true")}
        for movement in own:
            assert reader.get(f"/bricks/transactions/{movement}", expect=404).code == "WALL_NOT_FOUND"
        assert [row["type"] for row in table(reader.get("/bricks/transactions/export", expect=200))] == ["bonus"]
    for path in ("", "/export", f"/{own[0]}"):
        anonymous.get("/bricks/transactions" + path, expect=401)


def test_a_cursor_is_of_one_user_and_one_list(stack, user, new_user):
    other = new_user()
    for someone in (user, other):
        post(stack, someone, 1, count=5)
    cursor = user.get("/bricks/transactions", params={"limit": 2}, expect=200).data["next_cursor"]
    user.get("/bricks/transactions", params={"limit": 2, "cursor": cursor}, expect=200)
    for reader, more in ((other, {}), (user, {"type": "bonus"}), (user, {"steps": "true"}),
                         (user, {"search": "x"}), (user, {"direction": "in"}), (user, {"since": "2026-01-01"})):
        answer = reader.get("/bricks/transactions", params={"limit": 2, "cursor": cursor, **more}, expect=400)
        assert answer.code == "WALL_BAD_CURSOR"


# ---- pages and filters ---------------------------------------------------------------------------
FILTERS = [{}, {"type": "bonus"}, {"type": "earned"}, {"direction": "in"}, {"direction": "out"},
           {"source": "daily_claim"}, {"type": "refunded", "direction": "out"}, {"steps": "true"}]


@pytest.mark.parametrize("filters", FILTERS, ids=str)
def test_pages_stay_stable_while_rows_are_added(stack, user, filters):
    post(stack, user, 5, "bonus", "admin_grant", count=9)
    post(stack, user, 7, "earned", "daily_claim", count=8)
    post(stack, user, -3, "refunded", "purchase_refund", count=7)
    before = walk(user, limit=100, **filters)
    stop = threading.Event()

    def add():
        while not stop.is_set():
            post(stack, user, 5, "bonus", "admin_grant")
            post(stack, user, 7, "earned", "daily_claim")
            post(stack, user, -3, "refunded", "purchase_refund")

    adder = threading.Thread(target=add)
    adder.start()
    try:
        seen = walk(user, limit=3, **filters)
    finally:
        stop.set()
        adder.join()
    ids = [m["transaction_id"] for m in seen]
    assert len(ids) == len(set(ids)) and ids == sorted(ids, reverse=True)
    assert ids[-len(before):] == [m["transaction_id"] for m in before]  # each once, whatever came meanwhile
    for movement in seen:
        assert filters.get("type", movement["transaction_type"]) == movement["transaction_type"]
        assert filters.get("source", movement["source"]) == movement["source"]
        assert {"in": movement["amount"] > 0, "out": movement["amount"] < 0}.get(filters.get("direction"), True)


def test_a_rare_kind_among_many_rows(stack, user):
    """A page looks at a bounded number of rows: it may be short, and says where to go on."""
    post(stack, user, 9, "earned", "daily_claim")
    post(stack, user, 1, count=4500)
    page = user.get("/bricks/transactions", params={"type": "earned"}, expect=200).data
    assert page["items"] == [] and page["next_cursor"]
    assert [m["amount"] for m in walk(user, type="earned")] == [9]
    assert len(table(user.get("/bricks/transactions/export", expect=200))) == 4502


@pytest.mark.parametrize("search, hits", [("kitchen", 1), ("KITCHEN timer", 1), ("timer kit", 1), ("drum", 0),
                                          ("%", 0), ("_", 0), ("\\", 0), ("kitchen drum", 0), ("", 2)])
def test_search(user, search, hits):
    made(user)
    assert len(walk(user, search=search)) == hits


@pytest.mark.parametrize("params, field", [({"type": "gift"}, "type"), ({"direction": "up"}, "direction"),
                                           ({"since": "2026-02-30"}, "since"), ({"until": "yesterday"}, "until"),
                                           ({"since": "2026-03-02", "until": "2026-03-01"}, "until"),
                                           ({"search": "x" * 101}, "search"), ({"user_id": 1}, "user_id")])
def test_refused_filters(user, params, field):
    for path in ("/bricks/transactions", "/bricks/transactions/export"):
        assert field in user.get(path, params=params, expect=422).details


def test_empty_filters_of_a_form(user):
    """As a browser sends a form in which nothing was chosen."""
    params = {"since": "", "until": "", "source": "", "search": "", "type": "all"}
    assert len(user.get("/bricks/transactions", params=params, expect=200).data["items"]) == 1


# ---- the file ------------------------------------------------------------------------------------
def table(answer):
    text = answer.body.decode("utf-8-sig")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8; header=present"
    assert text.endswith("\r\n") and "\n" not in text.replace("\r\n", "")
    return list(csv.DictReader(io.StringIO(text, newline=""), strict=True))


def test_export(stack, user):
    job = made(user)
    post(stack, user, 2, count=300)
    answer = user.get("/bricks/transactions/export", expect=200)
    rows = table(answer)
    assert len(rows) == 302
    assert sum(int(row["bricks"]) for row in rows) == user.balance()[0]
    assert [int(row["id"]) for row in rows] == [m["transaction_id"] for m in walk(user, limit=100)]
    [spent] = [row for row in rows if row["type"] == "spent"]
    assert spent["about"] == "A kitchen timer with three presets" and spent["job_id"] == job["job_id"]
    assert int(spent["used"]) == job["actual_bricks_cost"] == -int(spent["bricks"])
    assert int(spent["held"]) - int(spent["used"]) == int(spent["returned"])
    assert answer.headers["Content-Disposition"].startswith('attachment; filename="wall-bricks-until-20')
    only = table(user.get("/bricks/transactions/export", params={"type": "spent"}, expect=200))
    assert [row["id"] for row in only] == [spent["id"]]
    named = user.get("/bricks/transactions/export", params={"since": "2031-01-01", "until": "2031-02-01"}, expect=200)
    assert named.headers["Content-Disposition"] == 'attachment; filename="wall-bricks-from-2031-01-01-until-2031-02-01.csv"'
    assert table(named) == []


@pytest.mark.parametrize("title", ['=HYPERLINK("https://evil.example","win")', "+1-1", "-2+3 cmd|' /C calc'!A0",
                                   "@SUM(1)", "\t=1", "a\nb,\"c\""])
def test_titles_are_text_in_a_spreadsheet(stack, user, title):
    job = made(user)
    stack.db("UPDATE ai_applications SET title = ? WHERE app_id = ?", title, job["app_id"])
    [row] = table_lines(user.get("/bricks/transactions/export", params={"type": "spent"}, expect=200))
    assert row["about"] == (title if title.startswith("a") else "'" + title)


def table_lines(answer):
    return list(csv.DictReader(io.StringIO(answer.body.decode("utf-8-sig"), newline=""), strict=True))


def test_rates_hold(stack, contract, strict):
    """An export reads much: it is limited like writing."""
    reader = Client(stack, contract, base_url=strict)
    reader.register()
    codes = [reader.get("/bricks/transactions/export").status for _ in range(60)]
    assert codes[0] == 200 and 429 in codes


# ---- reasons and purchases -----------------------------------------------------------------------
def test_a_purchase_and_a_reason_are_shown(stack, user):
    user_id = user.me["user_id"]
    stack.db("INSERT INTO purchases (user_id, package, bricks, price_minor, currency, provider, idempotency_key, "
             "status, payment_method, receipt_number, bricks_net, expires_at) VALUES (?, 'Starter', 1000, 499, "
             "'USD', 'test', UUID(), 'completed', 'visa 4242', ?, 1000, NOW(6))", user_id, 900000 + user_id)
    purchase = stack.number("SELECT purchase_id FROM purchases WHERE user_id = ?", user_id)
    post(stack, user, 1000, "purchased", "purchase", more=f"purchase_id = {purchase}")
    post(stack, user, 20, "bonus", "admin_grant", more="description = 'For the =bug= report'")
    grant, bought = walk(user)[:2]
    assert (bought["purchase"]["purchase_id"], bought["purchase"]["package"]) == (purchase, "Starter")
    assert (bought["purchase"]["price_minor"], bought["purchase"]["currency"]) == (499, "USD")
    assert grant["description"] == "For the =bug= report" and grant["purchase"] is None
    for search, found in (("4242", bought), ("starter", bought), (str(900000 + user_id), bought), ("bug report", grant)):
        assert [m["transaction_id"] for m in walk(user, search=search)] == [found["transaction_id"]]
    rows = table(user.get("/bricks/transactions/export", expect=200))
    assert [(row["about"], row["receipt"]) for row in rows[:2]] == [
        ("For the =bug= report", ""), ("Starter", str(900000 + user_id))]


# ---- sums ----------------------------------------------------------------------------------------
def test_spending(new_user):
    within_a_day()
    user = new_user()
    job = made(user)
    for period, count in (("day", 30), ("week", 12), ("month", 12)):
        got = user.get("/bricks/spending", params={"period": period}, expect=200).data
        assert got["time_zone"] == "Etc/UTC" and len(got["items"]) == count
        assert (got["used"], got["received"]) == (job["actual_bricks_cost"], 500)
        last = got["items"][-1]
        assert (last["used"], last["received"]) == (job["actual_bricks_cost"], 500)
        assert [(p["source"], p["transaction_type"], p["used"], p["received"]) for p in last["parts"]] == [
            ("ai_generation", "spent", job["actual_bricks_cost"], 0), ("registration", "bonus", 0, 500)]
        assert all(item["parts"] == [] and item["used"] == 0 for item in got["items"][:-1])
        for one, next_one in zip(got["items"], got["items"][1:]):
            assert date.fromisoformat(one["until"]) + timedelta(1) == date.fromisoformat(next_one["since"])
        assert date.fromisoformat(last["since"]) <= datetime.now(timezone.utc).date() <= date.fromisoformat(last["until"])
        if period == "week":
            assert all(date.fromisoformat(item["since"]).weekday() == 0 for item in got["items"])
        if period == "month":
            assert all(item["since"].endswith("-01") for item in got["items"])
    user.get("/bricks/spending", params={"period": "year"}, expect=422)


def test_held_and_returned_is_not_spending(stack, user):
    stack.stop("worker")
    try:
        waiting = user.generate(PROMPT)["job"]
        assert user.get("/bricks/spending", expect=200).data["used"] == 0
        user.post(f"/ai/jobs/{waiting['job_id']}/cancel", expect=200)
    finally:
        stack.start("worker")
    got = user.get("/bricks/spending", expect=200).data
    assert (got["used"], got["received"]) == (0, 500)


def test_what_is_taken_back_was_not_used(stack, user):
    post(stack, user, -30, "refunded", "purchase_refund")
    got = user.get("/bricks/spending", expect=200).data
    assert (got["used"], got["received"]) == (0, 470)
    post(stack, user, 30, "refunded", "dispute_won")
    got = user.get("/bricks/spending", expect=200).data
    assert (got["used"], got["received"]) == (0, 500)


def test_rates(stack, user, anonymous):
    job = made(user)
    got = anonymous.get("/bricks/rates", expect=200).data
    assert (got["tokens_per_brick"], got["welcome"], got["max_per_job"], got["hold_hours"]) == (100, 500, 1000, 24)
    [model] = [m for m in got["models"] if m["model"] == job["generation_model"]]
    rows = stack.db("SELECT j.actual_bricks_cost AS cost FROM ai_generation_jobs j JOIN ai_applications a USING (app_id) "
                    "WHERE j.status = 'completed' AND a.generation_model = ? ORDER BY j.created_at DESC LIMIT 500",
                    model["model"])
    costs = [int(row["cost"]) for row in rows]
    assert model["apps"] <= len(costs) and model["least"] == min(costs) and model["most"] == max(costs)
    assert model["bricks"] == math.ceil(sum(costs) / len(costs)) and 1 <= got["app_bricks"] <= 100
