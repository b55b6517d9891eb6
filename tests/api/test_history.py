# SPDX-License-Identifier: Apache-2.0
"""The history of one's bricks: what is told, to whom, in which pages and files."""

import csv
import io
import threading

import pytest

from tests.stack.client import Client

PROMPT = "A kitchen timer with three presets"


def post(stack, user, amount, kind="bonus", source="admin_grant", *, when=None, count=1):
    """Movements written as the ledger would: rows, entries and the balance agree."""
    user_id = user.me["user_id"]
    stack.db("START TRANSACTION; "
             "SET @before = (SELECT bricks_balance FROM users WHERE user_id = %(u)d FOR UPDATE); "
             "SET @own = (SELECT account_id FROM bricks_accounts WHERE user_id = %(u)d AND kind = 'available'); "
             "SET @last = (SELECT COALESCE(MAX(transaction_id), 0) FROM bricks_transactions); "
             "INSERT INTO bricks_transactions (user_id, transaction_type, source, amount, balance_after, "
             "idempotency_key, created_at) SELECT %(u)d, '%(kind)s', '%(source)s', %(amount)d, "
             "@before + CAST(seq AS SIGNED) * %(amount)d, CONCAT('test:', UUID(), seq), COALESCE(%(when)s, NOW(6)) "
             "FROM seq_1_to_%(count)d; "
             "INSERT INTO bricks_entries (transaction_id, account_id, amount) "
             "SELECT transaction_id, @own, amount FROM bricks_transactions WHERE user_id = %(u)d "
             "AND transaction_id > @last UNION ALL SELECT transaction_id, 1, -amount FROM bricks_transactions "
             "WHERE user_id = %(u)d AND transaction_id > @last; "
             "UPDATE users SET bricks_balance = bricks_balance + %(amount)d * %(count)d WHERE user_id = %(u)d; "
             "COMMIT" % {"u": user_id, "kind": kind, "source": source, "amount": amount, "count": count,
                         "when": f"'{when}'" if when else "NULL"})


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
    stack.signal("worker", "STOP")
    try:
        waiting = user.generate(PROMPT)["job"]
        first = walk(user)[0]
        assert (first["transaction_type"], first["amount"]) == ("held", -waiting["estimated_bricks_max"])
        assert first["hold"]["used"] is None and first["hold"]["returned"] is None
        assert first["hold"]["resolved_at"] is None
        user.post(f"/ai/jobs/{waiting['job_id']}/cancel", expect=200)
    finally:
        stack.signal("worker", "CONT")
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
    admin = new_user()
    stack.db("UPDATE users SET role = 'admin' WHERE user_id = ?", admin.me["user_id"])
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


def test_days(stack, new_user):
    user = new_user()
    for when in ("2031-03-29 22:59:59.999999", "2031-03-29 23:00:00", "2031-03-30 10:00:00",
                 "2031-03-30 21:59:59.999999", "2031-03-30 22:00:00", "2031-03-31 21:59:59"):
        post(stack, user, 1, when=when)
    assert len(walk(user, since="2031-03-30")) == 4
    assert len(walk(user, since="2031-03-30", until="2031-03-30")) == 3
    assert len(walk(user, until="2031-03-29", since="2031-01-01")) == 2
    assert walk(user, since="2032-01-01") == []


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
