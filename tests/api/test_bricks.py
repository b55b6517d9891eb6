# SPDX-License-Identifier: Apache-2.0
"""Bricks: the welcome, the estimate, the ledger behind the balance."""

import pytest

PROMPTS = [
    "A kitchen timer with three presets",
    "A memory game with twelve cards, a move counter and a restart button",
    "Split a restaurant bill between friends, with tip, and show who owes what",
    "番茄钟：二十五分钟工作，五分钟休息，显示今天完成的次数",
]


def entries(stack, user_id):
    """Entries of the user's own accounts as {kind: sum}."""
    rows = stack.db("SELECT a.kind, COALESCE(SUM(e.amount), 0) AS total FROM bricks_accounts a "
                    "LEFT JOIN bricks_entries e ON e.account_id = a.account_id "
                    "WHERE a.user_id = ? GROUP BY a.kind", user_id)
    return {row["kind"]: int(row["total"]) for row in rows}


def test_welcome(stack, user):
    assert user.balance() == (500, 0)
    assert entries(stack, user.me["user_id"]) == {"available": 500, "held": 0}
    rows = stack.db("SELECT * FROM bricks_transactions WHERE user_id = ?", user.me["user_id"])
    assert len(rows) == 1
    assert rows[0]["idempotency_key"] == f"welcome:{user.me['user_id']}"
    assert (rows[0]["transaction_type"], rows[0]["amount"], rows[0]["balance_after"]) == ("bonus", "500", "500")


def test_balance_needs_a_session(anonymous):
    anonymous.get("/bricks/balance", expect=401)
    anonymous.post("/bricks/estimate", {"prompt": "A timer"}, expect=401)


@pytest.mark.parametrize("prompt", PROMPTS)
def test_estimate(user, prompt):
    got = user.post("/bricks/estimate", {"prompt": prompt}, expect=200).data
    assert 5 <= got["bricks_min"] < got["bricks_max"] <= 80
    assert got["tokens_per_brick"] == 100
    assert (got["available"], got["enough"], got["short_by"]) == (500, True, 0)
    assert got["queue_total"] >= 0 and got["queue_eta_s"] >= 0
    assert user.balance() == (500, 0)


def test_estimate_when_short(stack, user):
    stack.set_balance(user.me["user_id"], 3)
    got = user.post("/bricks/estimate", {"prompt": PROMPTS[0]}, expect=200).data
    assert (got["available"], got["enough"]) == (3, False)
    assert got["short_by"] == got["bricks_max"] - 3
    stack.set_balance(user.me["user_id"], 500)


@pytest.mark.parametrize("body, field", [({}, "prompt"), ({"prompt": ""}, "prompt"),
                                         ({"prompt": "x" * 2001}, "prompt"), ({"prompt": 5}, "prompt"),
                                         ({"prompt": "x", "more": 1}, "more")])
def test_estimate_refuses(user, body, field):
    answer = user.post("/bricks/estimate", body, expect=422)
    assert field in answer.details


def test_the_database_user_cannot_rewrite_the_ledger(stack):
    """No statement of the application updates or deletes entries or transactions."""
    for table in ("bricks_entries", "bricks_transactions"):
        assert stack.number("SELECT COUNT(*) FROM " + table) > 0
    assert stack.wallctl("bricks", "verify")
