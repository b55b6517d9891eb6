# SPDX-License-Identifier: Apache-2.0
"""Everybody's purchases as administrators see them, and how one that is held comes to its end."""

import uuid
from functools import partial

import pytest

from tests.api.parallel import at_once
from tests.api.purchasing import bought, give, show, verified
from tests.api.streams import Stream
from tests.stack.client import Client

NOTE = "The payment of 4.98 USD was given back.\nPlease buy again."
HELD = pytest.mark.expect_log("WALL00626")


@pytest.fixture
def admin(new_user):
    return new_user().become("admin")


def wrong(stripe, session, **change):
    """The event of a payment that is not the price."""
    event = stripe.completed(session)
    event["data"]["object"].update(change or {"amount_total": 498})
    return event


def held(stack, stripe, user, **change):
    number, session = bought(user, stripe)
    give(stack, stripe, wrong(stripe, session, **change))
    assert show(user, number)["status"] == "held"
    return number, session


def close(admin, number, note=NOTE, **more):
    return admin.post(f"/admin/purchases/{number}/close", {"note": note}, **more)


def look(admin, number):
    return admin.get(f"/admin/purchases/{number}", expect=200).data


def listed(admin, **params):
    return admin.get("/admin/purchases", params=params, expect=200).data["items"]


# ---- finding -------------------------------------------------------------------------------------

@HELD
def test_list_and_filters(stack, stripe, user, admin):
    name = user.me["username"]
    number, session = held(stack, stripe, user)
    paid, second = bought(user, stripe)
    give(stack, stripe, stripe.completed(second), stripe.refunded(second, 100))
    assert [p["purchase_id"] for p in listed(admin)][:2] == [paid, number]
    assert [p["purchase_id"] for p in listed(admin, user=name)] == [paid, number]
    assert [p["purchase_id"] for p in listed(admin, user=name, status="held")] == [number]
    assert listed(admin, user=name, status="failed") == [] == listed(admin, user="nobody-" + uuid.uuid4().hex[:12])
    assert {p["status"] for p in listed(admin, status="held", limit=100)} == {"held"}
    row = listed(admin, user=name)[1]
    assert row["buyer"] == {k: user.me[k] for k in ("user_id", "username", "display_name")} and not row["erased"]
    assert (row["status"], row["problem"], row["price"], row["said"]) == ("held", "amount", "4.99\u00a0USD", "4.98\u00a0USD")
    assert (row["provider"], row["payment_id"], row["session_id"]) == ("stripe", session["payment_intent"], session["id"])
    assert row["receipt_number"] is None and row["problem_at"] >= row["created_at"] and row["closed_at"] is None
    row = listed(admin, user=name)[0]
    assert (row["status"], row["refunded_minor"], row["bricks_net"]) == ("partially_refunded", 100, 800)
    assert row["receipt_number"] == show(user, paid)["receipt_number"] and row["paid_at"] and row["problem"] is None


def test_pages(user, stripe, admin):
    made = [bought(user, stripe)[0] for _ in range(3)]
    got, cursor = [], None
    while True:
        page = admin.get("/admin/purchases", params={"user": user.me["username"], "limit": 1, **({"cursor": cursor} if cursor else {})},
                         expect=200).data
        assert len(page["items"]) == 1
        got += [p["purchase_id"] for p in page["items"]]
        cursor = page["next_cursor"]
        if not cursor:
            break
    assert got == made[::-1]
    assert admin.get("/admin/purchases?cursor=x", expect=400).code == "WALL_BAD_CURSOR"
    own = user.get("/bricks/purchases?limit=1", expect=200).data["next_cursor"]  # of another list
    assert admin.get("/admin/purchases", params={"cursor": own}, expect=400).code == "WALL_BAD_CURSOR"
    for params, field in (({"status": "lost"}, "status"), ({"user": "a b"}, "user")):
        assert field in admin.get("/admin/purchases", params=params, expect=422).details


@HELD
def test_what_the_provider_said(stack, stripe, user, admin):
    number, session = bought(user, stripe)
    first, second = wrong(stripe, session), stripe.charged(session)
    give(stack, stripe, first, second)
    got = look(admin, number)
    assert got["purchase"] == listed(admin, user=user.me["username"])[0]
    assert [(e["event_type"], e["kind"], e["amount"]) for e in got["events"]] == [
        ("checkout.session.completed", "paid", "4.98\u00a0USD"), (second["type"], "charged", "4.99\u00a0USD")]
    assert all(e["received_at"] and e["applied_at"] >= e["received_at"] for e in got["events"])
    assert got["events"][0]["received_at"] <= got["events"][1]["received_at"]
    assert set(got["events"][0]) == {"event_type", "kind", "amount_minor", "currency", "amount", "received_at", "applied_at"}
    admin.get("/admin/purchases/999999999", expect=404)
    assert "4,98" in admin.get(f"/admin/purchases/{number}", headers={"Accept-Language": "de"}).data["purchase"]["said"]


@HELD
def test_another_currency(stack, stripe, user, admin):
    for change, said in (({"currency": "eur"}, ("currency", "4.99\u00a0EUR")), ({"currency": None}, ("currency", None))):
        number, _ = held(stack, stripe, user, **change)
        got = look(admin, number)["purchase"]
        assert (got["problem"], got["said"], got["said_minor"]) == (*said, 499)


@HELD
def test_who_may(stack, contract, stripe, user, new_user, admin):
    number, _ = held(stack, stripe, user)
    moderator = new_user().become("moderator")
    program = Client(stack, contract)
    program.bearer, program.token = True, admin.post("/users/me/api-keys", {"name": "x", "scopes": ["read:*", "bricks:read"]},
                                                     expect=201).data["secret"]
    program.get("/bricks/purchases", expect=200)
    for client in (user, moderator):
        client.get("/admin/purchases", expect=403)
        client.get(f"/admin/purchases/{number}", expect=403)
        close(client, number, expect=403)
    for answer in (program.get("/admin/purchases"), program.get(f"/admin/purchases/{number}"), close(program, number)):
        assert (answer.status, answer.code) == (403, "WALL_SCOPE")
    admin.confirmed_before()
    assert close(admin, number, expect=403).code == "WALL_STEP_UP"
    assert show(user, number)["status"] == "held"


# ---- closing -------------------------------------------------------------------------------------

@HELD
def test_close(stack, stripe, user, admin, mailbox):
    number, _ = held(stack, stripe, user)
    topic = f"user:{user.me['user_id']}"
    stream = Stream(stack, user, f"/events?topics={topic}").until(lambda s: s.head)
    got = close(admin, number, expect=200).data["purchase"]
    stream.until(lambda s: [f["data"] for f in s.of(topic) if f["event"] == "bricks.purchase"])
    assert [f["data"] for f in stream.of(topic) if f["event"] == "bricks.purchase"] == [{"purchase_id": number, "status": "closed"}]
    stream.close()
    assert (got["status"], got["closed_note"], got["closed_by"]["user_id"]) == ("closed", NOTE, admin.me["user_id"])
    assert got == look(admin, number)["purchase"] == listed(admin, status="closed", user=user.me["username"])[0]
    mine = show(user, number)
    assert (mine["status"], mine["closed_note"], mine["closed_at"], mine["bricks_net"]) == ("closed", NOTE, got["closed_at"], 0)
    assert "closed_by" not in mine and user.balance() == (500, 0)
    record = admin.get(f"/admin/users/{user.me['user_id']}", expect=200).data["actions"][0]
    assert (record["actor_id"], record["action"], record["old_value"], record["new_value"], record["reason"]) == (
        admin.me["user_id"], "purchase", "held", "closed", f"purchase {number}")
    mail = mailbox(user.me["email"]).wait("looked into")
    assert f"/bricks/purchases/{number}" in mail.text and NOTE not in mail.text
    verified(stack)


@HELD
def test_the_same_request_again(stack, stripe, user, admin):
    number, _ = held(stack, stripe, user)
    key = uuid.uuid4().hex
    first, second = (close(admin, number, key=key, expect=200) for _ in range(2))
    assert first.data == second.data
    assert close(admin, number, "another", key=key, expect=409).code == "WALL_IDEMPOTENCY_MISMATCH"
    assert stack.number("SELECT COUNT(*) FROM admin_actions WHERE user_id = ?", user.me["user_id"]) == 1


@HELD
def test_two_at_once(stack, stripe, user, admin, new_user):
    other = new_user().become("admin")
    other.confirm()
    admin.confirm()
    for _ in range(5):
        number, _ = held(stack, stripe, user)
        notes = {f"by {who.me['user_id']}": who for who in (admin, other)}
        answers = at_once(*[partial(close, who, number, note) for note, who in notes.items()])
        assert sorted(a.status for a in answers) == [200, 409]
        lost = next(a for a in answers if a.status == 409)
        assert lost.code == "WALL_CONFLICT" and "not any more" in lost.message
        won = next(a for a in answers if a.status == 200).data["purchase"]
        got = look(admin, number)["purchase"]
        assert got == won and notes[got["closed_note"]].me["user_id"] == got["closed_by"]["user_id"]
        assert stack.number("SELECT COUNT(*) FROM admin_actions WHERE user_id = ? AND reason = ?",
                            user.me["user_id"], f"purchase {number}") == 1


@HELD
def test_what_is_not_held_cannot_be_closed(stack, stripe, user, admin):
    pending, session = bought(user, stripe)
    assert close(admin, pending, expect=409).code == "WALL_CONFLICT"
    give(stack, stripe, stripe.completed(session))
    assert close(admin, pending, expect=409).code == "WALL_CONFLICT"
    assert show(user, pending)["closed_note"] is None
    number, _ = held(stack, stripe, user)
    for note, status in ((None, 422), ("", 422), (" \n ", 422), ("x" * 501, 422), ("x\x07", 422), ("ü" * 500, 200)):
        answer = close(admin, number, note, expect=status)
        assert status == 200 or "note" in answer.details
    close(admin, 999999999, expect=404)


# ---- what is said later --------------------------------------------------------------------------

@HELD
@pytest.mark.expect_log("WALL00631")
def test_paid_as_agreed_after_all(stack, stripe, user, admin):
    number, session = held(stack, stripe, user)
    close(admin, number, expect=200)
    give(stack, stripe, stripe.succeeded_later(session), stripe.completed(session))
    mine = show(user, number)
    assert (mine["status"], mine["bricks_net"], user.balance()) == ("completed", 1000, (1500, 0))
    assert mine["receipt_number"] and mine["closed_note"] is None and mine["closed_at"] is None
    assert look(admin, number)["purchase"]["closed_note"] == NOTE  # it is what happened
    assert f"WALL00631: purchase {number} " in stack.log("httpd.log")
    verified(stack)


@HELD
def test_money_that_goes_back_afterwards(stack, stripe, user, admin):
    number, session = held(stack, stripe, user)
    close(admin, number, expect=200)
    give(stack, stripe, stripe.refunded(session, 498), stripe.dispute(session, "created", "needs_response"))
    euros = stripe.refunded(session, 499)
    euros["data"]["object"]["currency"] = "eur"
    give(stack, stripe, euros)
    got = look(admin, number)["purchase"]
    assert (got["status"], got["refunded_minor"], got["disputed_minor"], user.balance()) == ("closed", 498, 499, (500, 0))
    assert got["said"] == "4.98\u00a0USD"  # what it was held for
    assert show(user, number)["closed_note"] == NOTE
    verified(stack)


@HELD
def test_another_wrong_payment_is_looked_into_again(stack, stripe, user, admin):
    number, session = held(stack, stripe, user)
    close(admin, number, expect=200)
    give(stack, stripe, wrong(stripe, session, amount_total=497))
    assert (show(user, number)["status"], show(user, number)["closed_note"]) == ("held", None)
    assert look(admin, number)["purchase"]["said"] == "4.97\u00a0USD"
    close(admin, number, "Once more.", expect=200)
    assert (show(user, number)["status"], show(user, number)["closed_note"]) == ("closed", "Once more.")
    assert user.balance() == (500, 0)
    verified(stack)
