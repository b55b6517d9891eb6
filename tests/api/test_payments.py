# SPDX-License-Identifier: Apache-2.0
"""What comes of a checkout: paid once, later, never, for another price; and where no event told of it."""

import uuid
from functools import partial

import pytest

from tests.api.parallel import at_once
from tests.api.purchasing import bought, give, show, verified
from tests.stack import eventually


# ---- paying --------------------------------------------------------------------------------------

def test_paid(stack, stripe, user, mailbox):
    number, session = bought(user, stripe)
    give(stack, stripe, stripe.completed(session), stripe.charged(session))
    got = show(user, number)
    assert (got["status"], got["bricks_net"], got["payment_method"]) == ("completed", 1000, "visa 4242")
    assert got["paid_at"] and got["receipt_number"] >= 1 and got["checkout_url"] is None
    assert got["seller"] == {"name": "Wall Ltd", "address": "1 Brick Lane\nLondon", "tax_note": "VAT GB 123 included"}
    assert user.balance() == (1500, 0)
    row = stack.db("SELECT * FROM bricks_transactions WHERE purchase_id = ?", number)
    assert [(r["transaction_type"], r["source"], r["amount"]) for r in row] == [("purchased", "purchase", "1000")]
    mail = mailbox(user.me["email"]).wait(f"Receipt {got['receipt_number']}: Starter")
    assert "4.99" in mail.text and f"/bricks/purchases/{number}" in mail.text
    verified(stack)


def test_repeated(stack, stripe, user):
    number, session = bought(user, stripe)
    event = stripe.completed(session)
    give(stack, stripe, event, event, event, stripe.completed(session), stripe.succeeded_later(session))
    assert show(user, number)["bricks_net"] == 1000
    assert user.balance() == (1500, 0)


def test_two_at_once(stack, stripe, user):
    number, session = bought(user, stripe)
    events = [stripe.completed(session) for _ in range(4)] * 6
    at_once(*[partial(give, stack, stripe, event) for event in events])
    assert show(user, number)["status"] == "completed"
    assert user.balance() == (1500, 0)
    verified(stack)


def test_money_that_comes_later(stack, stripe, user):
    number, session = bought(user, stripe)
    give(stack, stripe, stripe.completed(session, paid=False))
    got = show(user, number)
    assert got["status"] == "pending" and got["processing_at"] and got["checkout_url"] is None
    assert user.balance() == (500, 0)
    give(stack, stripe, stripe.succeeded_later(session))
    assert show(user, number)["status"] == "completed"
    assert user.balance() == (1500, 0)


def test_money_that_never_comes(stack, stripe, user):
    number, session = bought(user, stripe)
    give(stack, stripe, stripe.failed_later(session), stripe.completed(session, paid=False))
    assert show(user, number)["status"] == "failed"
    assert user.balance() == (500, 0)


def test_late_and_the_wrong_way_round(stack, stripe, user):
    number, session = bought(user, stripe)
    give(stack, stripe, stripe.expired(session))
    assert show(user, number)["status"] == "expired"
    give(stack, stripe, stripe.completed(session))
    assert show(user, number)["status"] == "completed"
    assert user.balance() == (1500, 0)


@pytest.mark.expect_log("WALL00626")
@pytest.mark.parametrize("change", [{"amount_total": 498}, {"amount_total": 500}, {"amount_total": 0}, {"currency": "eur"}])
def test_not_the_price(stack, stripe, user, change):
    number, session = bought(user, stripe)
    event = stripe.completed(session)
    event["data"]["object"].update(change)
    give(stack, stripe, event)
    assert show(user, number)["status"] == "held"
    assert user.balance() == (500, 0)
    give(stack, stripe, stripe.succeeded_later(session))
    assert (show(user, number)["status"], user.balance()) == ("completed", (1500, 0))


def test_a_card_that_was_refused_first(stack, stripe, user):
    number, session = bought(user, stripe)
    refused = stripe.event("charge.updated", {**stripe.charge(session), "id": "ch_refused_" + uuid.uuid4().hex, "status": "failed",
                                              "payment_method_details": {"type": "card", "card": {"brand": "amex", "last4": "0002"}}})
    give(stack, stripe, refused)
    give(stack, stripe, stripe.completed(session),
         stripe.event("charge.succeeded", {**stripe.charge(session), "status": "succeeded"}))
    assert show(user, number)["payment_method"] == "visa 4242"


# ---- the webhook that never came -----------------------------------------------------------------

def due(stack, number):
    stack.db("UPDATE purchases SET next_check_at = NOW(6) - INTERVAL 1 SECOND WHERE purchase_id = ?", number)


def test_lost_webhooks(stack, stripe, user):
    number, session = bought(user, stripe)
    stripe.pay(session)
    due(stack, number)
    eventually(lambda: show(user, number)["status"] == "completed", seconds=15)
    assert user.balance() == (1500, 0) and show(user, number)["payment_method"] == "visa 4242"
    give(stack, stripe, stripe.completed(session))  # it comes after all
    assert user.balance() == (1500, 0)
    assert stack.value("SELECT next_check_at FROM purchases WHERE purchase_id = ?", number) is None


def test_asked_while_open(stack, stripe, user):
    number, session = bought(user, stripe)
    due(stack, number)
    eventually(lambda: stack.number("SELECT checks FROM purchases WHERE purchase_id = ?", number) == 1, seconds=15)
    assert show(user, number)["status"] == "pending"
    stripe.expired(session)
    due(stack, number)
    eventually(lambda: show(user, number)["status"] == "expired", seconds=15)


def test_given_up(stack, stripe, user):
    number, _ = bought(user, stripe)
    stack.db("UPDATE purchases SET expires_at = NOW(6) - INTERVAL 25 HOUR WHERE purchase_id = ?", number)
    due(stack, number)
    eventually(lambda: show(user, number)["status"] == "expired", seconds=15)
