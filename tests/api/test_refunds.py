# SPDX-License-Identifier: Apache-2.0
"""Money that goes back: refunds, disputes, debts, in any order and with all else."""

import random
import uuid
from functools import partial

import pytest

from tests.api.parallel import at_once
from tests.api.purchasing import bought, debt, give, show, spend, verified
from tests.stack import eventually


# ---- refunds -------------------------------------------------------------------------------------

def test_refund(stack, stripe, user, mailbox):
    number, session = bought(user, stripe)
    give(stack, stripe, stripe.completed(session), stripe.refunded(session, 499))
    got = show(user, number)
    assert (got["status"], got["bricks_net"], got["refunded_minor"]) == ("refunded", 0, 499)
    assert user.balance() == (500, 0)
    assert "4.99" in mailbox(user.me["email"]).wait("Money back for Starter").text
    verified(stack)


def test_refunds_in_parts(stack, stripe, user):
    number, session = bought(user, stripe)
    give(stack, stripe, stripe.completed(session), stripe.refunded(session, 100))
    assert show(user, number)["status"] == "partially_refunded"
    assert user.balance() == (500 + 1000 - 200, 0)  # 100/499 of 1000, rounded down
    give(stack, stripe, stripe.refunded(session, 300), stripe.refunded(session, 200))  # overtaken
    assert (show(user, number)["refunded_minor"], user.balance()) == (300, (500 + 1000 - 601, 0))
    give(stack, stripe, stripe.refunded(session, 499))
    assert (show(user, number)["status"], user.balance()) == ("refunded", (500, 0))
    verified(stack)


def test_refund_before_payment_is_told(stack, stripe, user):
    number, session = bought(user, stripe)
    give(stack, stripe, stripe.refunded(session, 499))
    assert show(user, number)["status"] == "pending" and user.balance() == (500, 0)
    give(stack, stripe, stripe.completed(session))
    assert show(user, number)["status"] == "refunded" and user.balance() == (500, 0)
    verified(stack)


def test_debt(stack, stripe, user):
    number, session = bought(user, stripe)
    give(stack, stripe, stripe.completed(session))
    spend(stack, user, 1400)
    give(stack, stripe, stripe.refunded(session, 499))
    assert user.balance() == (0, 0) and debt(stack, user) == 900
    assert user.get("/bricks/balance", expect=200).data["debt"] == 900
    assert show(user, number)["bricks_net"] == 0
    verified(stack)
    second, session = bought(user, stripe)
    give(stack, stripe, stripe.completed(session))
    assert user.balance() == (100, 0) and debt(stack, user) == 0
    rows = stack.db("SELECT source, amount FROM bricks_transactions WHERE user_id = ? ORDER BY transaction_id DESC LIMIT 2",
                    user.me["user_id"])
    assert [(r["source"], r["amount"]) for r in rows] == [("debt", "-900"), ("purchase", "1000")]
    assert show(user, second)["bricks_net"] == 1000
    verified(stack)


def test_what_comes_to_a_debtor_is_told_less_what_was_owed(stack, stripe, user, new_user):
    _, session = bought(user, stripe)
    give(stack, stripe, stripe.completed(session))
    spend(stack, user, 1450)
    give(stack, stripe, stripe.refunded(session, 499))
    assert user.balance() == (0, 0) and debt(stack, user) == 950
    given = new_user().become("admin").post(f"/admin/users/{user.me['user_id']}/bricks",
                                            {"amount": 900, "reason": "A fault was reported"},
                                            key=uuid.uuid4().hex, expect=201).data
    assert (given["amount"], given["balance"], user.balance(), debt(stack, user)) == (900, 0, (0, 0), 50)
    got = user.post("/bricks/claim-daily", expect=200).data
    assert got["amount"] > 50
    assert (got["balance"], user.balance()[0]) == (got["amount"] - 50,) * 2
    verified(stack)


# ---- disputes ------------------------------------------------------------------------------------

def test_dispute_won_and_lost(stack, stripe, user):
    number, session = bought(user, stripe)
    give(stack, stripe, stripe.completed(session), stripe.dispute(session, "created", "needs_response"))
    got = show(user, number)
    assert (got["status"], got["dispute"], got["bricks_net"]) == ("disputed", "open", 0)
    assert user.balance() == (500, 0)
    give(stack, stripe, stripe.dispute(session, "closed", "won"))
    got = show(user, number)
    assert (got["status"], got["dispute"], user.balance()) == ("completed", "won", (1500, 0))
    give(stack, stripe, stripe.dispute(session, "created", "needs_response"))  # late: it has ended
    assert user.balance() == (1500, 0)
    give(stack, stripe, stripe.dispute(session, "created", "needs_response", number=2),
         stripe.dispute(session, "closed", "lost", number=2))
    got = show(user, number)
    assert (got["status"], got["dispute"], user.balance()) == ("disputed", "lost", (500, 0))
    verified(stack)


def test_an_inquiry_that_becomes_a_dispute(stack, stripe, user):
    """Stripe tells of it by an update, and by the money it took."""
    for kind in ("updated", "funds_withdrawn"):
        number, session = bought(user, stripe)
        give(stack, stripe, stripe.completed(session), stripe.dispute(session, "created", "warning_needs_response"),
             stripe.dispute(session, "updated", "warning_under_review"))
        assert show(user, number)["status"] == "completed"
        give(stack, stripe, stripe.dispute(session, kind, "needs_response"))
        assert (show(user, number)["status"], user.balance()) == ("disputed", (500, 0))
        give(stack, stripe, stripe.dispute(session, "closed", "lost"), stripe.dispute(session, "updated", "under_review"))
        assert show(user, number)["dispute"] == "lost"
    number, session = bought(user, stripe)
    give(stack, stripe, stripe.completed(session), stripe.dispute(session, "created", "prevented"))
    assert (show(user, number)["dispute"], user.balance()) == ("lost", (500, 0))
    give(stack, stripe, stripe.dispute(session, "updated", "of_the_future"))
    assert show(user, number)["dispute"] == "lost"
    verified(stack)


def test_refund_after_a_dispute_that_was_won(stack, stripe, user):
    number, session = bought(user, stripe)
    give(stack, stripe, stripe.completed(session), stripe.dispute(session, "created", "needs_response"),
         stripe.dispute(session, "closed", "won"), stripe.refunded(session, 250))
    got = show(user, number)
    assert (got["status"], got["dispute"], user.balance()) == ("partially_refunded", "won", (500 + 1000 - 501, 0))
    give(stack, stripe, stripe.refunded(session, 499))
    assert (show(user, number)["status"], user.balance()) == ("refunded", (500, 0))
    verified(stack)


@pytest.mark.parametrize("amount, left", [(399, 0), (499, 0), (199, 1000 - 599), (1, 1000 - 202)])
def test_dispute_after_a_refund(stack, stripe, user, amount, left):
    """About the rest, about all of it, about a part: never more goes back than was bought."""
    number, session = bought(user, stripe)
    give(stack, stripe, stripe.completed(session), stripe.refunded(session, 50), stripe.refunded(session, 100),
         stripe.dispute(session, "created", "needs_response", amount))
    assert (show(user, number)["bricks_net"], user.balance()) == (left, (500 + left, 0))
    give(stack, stripe, stripe.dispute(session, "closed", "won", amount))
    assert (show(user, number)["status"], user.balance()) == ("partially_refunded", (500 + 800, 0))
    verified(stack)


def test_dispute_of_spent_bricks(stack, stripe, user):
    _, session = bought(user, stripe)
    give(stack, stripe, stripe.completed(session))
    spend(stack, user, 1200)
    give(stack, stripe, stripe.dispute(session, "created", "needs_response"))
    assert user.balance() == (0, 0) and debt(stack, user) == 700
    give(stack, stripe, stripe.dispute(session, "closed", "won"))
    assert user.balance() == (300, 0) and debt(stack, user) == 0
    verified(stack)


def test_inquiries_take_nothing(stack, stripe, user):
    _, session = bought(user, stripe)
    give(stack, stripe, stripe.completed(session), stripe.dispute(session, "created", "warning_needs_response"))
    assert user.balance() == (1500, 0)
    give(stack, stripe, stripe.dispute(session, "closed", "warning_closed"))
    assert user.balance() == (1500, 0)


def test_dispute_before_anything_is_known(stack, stripe, user):
    """A dispute names only the charge; until the payment is told of, nobody knows whose it is."""
    number, session = bought(user, stripe)
    give(stack, stripe, stripe.dispute(session, "created", "needs_response"))
    assert show(user, number)["status"] == "pending"
    give(stack, stripe, stripe.completed(session))
    assert show(user, number)["status"] == "disputed"
    assert user.balance() == (500, 0)
    verified(stack)


def test_events_that_missed_each_other(stack, stripe, user):
    """Two transactions that did not see each other: the worker brings them together."""
    number, session = bought(user, stripe)
    give(stack, stripe, stripe.dispute(session, "created", "needs_response"))
    intent = stripe.pay(session)["payment_intent"]
    stack.db("UPDATE payment_events SET payment_id = 'pi_elsewhere' WHERE payment_id = ?", intent)
    give(stack, stripe, stripe.completed(session))
    assert show(user, number)["status"] == "completed"
    stack.db("UPDATE payment_events SET payment_id = ? WHERE payment_id = 'pi_elsewhere'", intent)
    eventually(lambda: show(user, number)["status"] == "disputed", seconds=15)
    assert user.balance() == (500, 0)


# ---- all of it together --------------------------------------------------------------------------

def test_shuffled_and_tripled(stack, stripe, new_user):
    """Fifty purchases of ten people, with refunds and disputes; every event three times, all of them shuffled,
    four messengers at once: the sums are those of the same story told in order."""
    dice, people = random.Random(20261121), [new_user() for _ in range(10)]
    events, expected = [], {}
    for n in range(50):
        user = people[n % 10]
        number, session = bought(user, stripe, dice.choice(["starter", "standard"]))
        price, bricks = session["amount_total"], 1000 if session["amount_total"] == 499 else 5000
        story = dice.choice(["paid", "later", "failed", "expired", "part", "whole", "disputed", "won", "lost", "both"])
        back, paid = 0, story not in ("failed", "expired")
        events += {"later": [stripe.completed(session, paid=False), stripe.succeeded_later(session)],
                   "failed": [stripe.completed(session, paid=False), stripe.failed_later(session)],
                   "expired": [stripe.expired(session)]}.get(story) or [stripe.completed(session)]
        if paid:
            events.append(stripe.charged(session))
        if story in ("part", "whole", "both"):
            back = price if story == "whole" else price // 3
            events += [stripe.refunded(session, back // 2), stripe.refunded(session, back)]
        if story in ("disputed", "won", "lost", "both"):
            amount = price if story != "both" else price - back
            events.append(stripe.dispute(session, "created", "needs_response", amount))
            if story in ("won", "lost"):
                events.append(stripe.dispute(session, "closed", story, amount))
            back += 0 if story == "won" else amount
        net = (bricks if back == 0 else 0 if back >= price else bricks - bricks * back // price) if paid else 0
        expected[number] = (user, story, net)
    events *= 3
    dice.shuffle(events)
    at_once(*[partial(give, stack, stripe, *events[i::4]) for i in range(4)])
    wrong = lambda: [(n, s, e, show(u, n)["bricks_net"]) for n, (u, s, e) in expected.items()
                     if show(u, n)["bricks_net"] != e]
    eventually(lambda: not wrong(), seconds=30, every=1)
    for user in people:
        total = sum(net for u, _, net in expected.values() if u is user)
        assert user.balance()[0] - debt(stack, user) == 500 + total
    numbers = [int(r["receipt_number"]) for r in
               stack.db("SELECT receipt_number FROM purchases WHERE receipt_number < 900000 ORDER BY 1")]  # above: test_history
    assert numbers == list(range(1, len(numbers) + 1))
    verified(stack)
