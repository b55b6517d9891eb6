# SPDX-License-Identifier: Apache-2.0
"""Buying bricks: packages, checkouts, signed events in any order, refunds, disputes, debts, receipts."""

import json
import random
import re
import threading
import time
import uuid

import pytest
import requests

from tests.stack import eventually
from tests.stack.client import Client
from tests.stack.stripe_api import HOOK, KEY, OLD_SECRET, SECRET, VERSION, StripeApi, sign


def begin(user, package="starter", **kw):
    return user.post("/bricks/purchase", {"package": package}, expect=kw.pop("expect", 201), **kw).data


def bought(user, stripe, package="starter"):
    """A purchase that was begun, and its session."""
    made = begin(user, package)
    return made["purchase"]["purchase_id"], stripe.session_of(made["checkout_url"])


def show(user, purchase_id):
    return user.get(f"/bricks/purchase/{purchase_id}", expect=200).data


def give(stack, stripe, *events):
    for event in events:
        answer = stripe.deliver(stack, event)
        assert answer.status_code == 200, answer.text


def debt(stack, user):
    return stack.number("SELECT bricks_debt FROM users WHERE user_id = ?", user.me["user_id"])


def verified(stack):
    done = stack.wallctl("bricks", "verify", check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def spend(stack, user, amount):
    """Uses bricks the short way, in balanced entries, as a job would."""
    made = user.me["user_id"]
    stack.db("START TRANSACTION; UPDATE users SET bricks_balance = bricks_balance - ? WHERE user_id = ?; "
             "INSERT INTO bricks_transactions (user_id, transaction_type, source, amount, balance_after, "
             "idempotency_key) SELECT user_id, 'spent', 'ai_generation', -?, bricks_balance, ? FROM users "
             "WHERE user_id = ?; "
             "INSERT INTO bricks_entries (transaction_id, account_id, amount) SELECT LAST_INSERT_ID(), account_id, -? "
             "FROM bricks_accounts WHERE user_id = ? AND kind = 'available'; "
             "INSERT INTO bricks_entries (transaction_id, account_id, amount) "
             "SELECT MAX(transaction_id), 2, ? FROM bricks_transactions WHERE user_id = ?; COMMIT",
             amount, made, amount, "test:" + uuid.uuid4().hex, made, amount, made, amount, made)


# ---- packages -----------------------------------------------------------------------------------

def test_packages(anonymous):
    got = anonymous.get("/bricks/packages", expect=200).data
    assert got["open"] and not got["test"]
    assert [(p["package"], p["name"], p["bricks"], p["price_minor"], p["currency"]) for p in got["items"]] == [
        ("starter", "Starter", 1000, 499, "USD"), ("standard", "Standard", 5000, 1999, "USD"),
        ("premium", "Premium", 10000, 3499, "USD"), ("enterprise", "Enterprise", 25000, 7499, "USD")]
    # What is said of them is true, to the whole per cent.
    for package in got["items"]:
        more = package["bricks"] * 499 / (1000 * package["price_minor"]) - 1
        assert package["more_percent"] < more * 100 + 1
        saves = 1 - package["price_minor"] * 1000 / (499 * package["bricks"])
        assert package["saves_percent"] <= saves * 100 < package["saves_percent"] + 1
    assert [p["more_percent"] for p in got["items"]] == [0, 20, 40, 67]  # as announced
    assert [p["price"] for p in got["items"]][0] == "4.99\u00a0USD"


def test_price_in_the_readers_language(anonymous):
    got = anonymous.get("/bricks/packages", headers={"Accept-Language": "de"}, expect=200).data
    assert got["items"][0]["price"] == "4,99\u00a0USD"


# ---- beginning ----------------------------------------------------------------------------------

def test_begin(stack, stripe, user):
    made = begin(user, "standard")
    purchase, session = made["purchase"], stripe.session_of(made["checkout_url"])
    assert (purchase["status"], purchase["bricks"], purchase["price_minor"]) == ("pending", 5000, 1999)
    assert purchase["checkout_url"] == made["checkout_url"] and purchase["bricks_net"] == 0
    method, path, headers, form = stripe.requests[-1]
    assert (method, path) == ("POST", "/v1/checkout/sessions")
    assert headers["Authorization"] == "Bearer " + KEY and headers["Stripe-Version"] == VERSION
    number = purchase["purchase_id"]
    reference = form["client_reference_id"]
    assert re.fullmatch(f"wall:{number}:[0-9a-f]{{16}}", reference) and session["payment_metadata"] == reference
    assert headers["Idempotency-Key"] == f"wall-{reference}-{form['expires_at']}"
    assert form["line_items[0][price_data][unit_amount]"] == "1999"
    assert session["adaptive_pricing"] == {"enabled": False}
    assert form["success_url"] == f"{stack.base_url}/bricks/purchases/{number}"
    assert 3500 < int(form["expires_at"]) - time.time() < 3700
    assert user.balance() == (500, 0)


@pytest.mark.parametrize("body, field", [({}, "package"), ({"package": "nonsense"}, "package"),
                                         ({"package": "starter", "price_minor": 1}, "price_minor"),
                                         ({"package": ["starter"]}, "package")])
def test_refused(user, body, field):
    assert field in user.post("/bricks/purchase", body, expect=422).details


def test_needs_a_key(user):
    assert user.post("/bricks/purchase", {"package": "starter"}, key=False, expect=428)


def test_same_key_same_purchase(stack, stripe, user):
    key, before = str(uuid.uuid4()), len(stripe.by_key)
    first = user.post("/bricks/purchase", {"package": "starter"}, key=key, expect=201)
    again = user.post("/bricks/purchase", {"package": "starter"}, key=key, expect=201)
    assert first.body == again.body
    other = user.post("/bricks/purchase", {"package": "premium"}, key=key, expect=409)
    assert other.code == "WALL_IDEMPOTENCY_MISMATCH"
    assert len(stripe.by_key) == before + 1
    assert stack.number("SELECT COUNT(*) FROM purchases WHERE user_id = ?", user.me["user_id"]) == 1


def test_one_key_in_parallel(stack, stripe, user):
    key, bodies = str(uuid.uuid4()), []

    def one():
        answer = user.http.post(
            stack.base_url + "/api/v1/bricks/purchase", json={"package": "starter"}, timeout=60,
            headers={"Idempotency-Key": key, "X-CSRF-Token": user.csrf, "Origin": stack.base_url})
        bodies.append((answer.status_code, answer.content))

    threads = [threading.Thread(target=one) for _ in range(40)]
    before = len(stripe.by_key)
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(bodies)) == 1 and bodies[0][0] == 201, set(bodies)
    assert len(stripe.by_key) == before + 1
    assert stack.number("SELECT COUNT(*) FROM purchases WHERE user_id = ?", user.me["user_id"]) == 1


@pytest.mark.parametrize("answers", [[500], [503, 500], ["lost"], [409], [429]])
def test_stripe_is_asked_again_with_the_same_key(stripe, user, answers):
    before, seen = len(stripe.by_key), len(stripe.requests)
    stripe.answers = list(answers)
    made = begin(user)
    assert made["checkout_url"] and len(stripe.by_key) == before + 1
    assert len({r[2]["Idempotency-Key"] for r in stripe.requests[seen:]}) == 1
    assert len(stripe.requests) - seen == len(answers) + 1


@pytest.mark.expect_log("WALL00627|WALL00302: purchaseBricks: WALL_PAYMENT_UNAVAILABLE")
@pytest.mark.parametrize("answers", [[500, 500, 500], [402], ["hang", 500, 500]])
def test_stripe_is_away(stack, stripe, user, answers):
    key = str(uuid.uuid4())
    stripe.answers = list(answers)
    answer = user.post("/bricks/purchase", {"package": "starter"}, key=key, expect=503)
    assert answer.code == "WALL_PAYMENT_UNAVAILABLE"
    assert user.get("/bricks/purchases", expect=200).data["items"][0]["status"] == "pending"
    made = user.post("/bricks/purchase", {"package": "starter"}, key=key, expect=201).data
    assert made["checkout_url"]
    assert stack.number("SELECT COUNT(*) FROM purchases WHERE user_id = ?", user.me["user_id"]) == 1


@pytest.mark.expect_log("WALL00627|WALL00302: purchaseBricks: WALL_PAYMENT_UNAVAILABLE")
def test_tried_again_much_later(stack, stripe, user):
    """Stripe opens no checkout that closes within half an hour, and no other one under the same key."""
    key = str(uuid.uuid4())
    stripe.answers = ["lost"] * 9  # a connection that was kept is tried once more by itself
    user.post("/bricks/purchase", {"package": "starter"}, key=key, expect=503)
    stripe.answers = []
    stack.db("UPDATE purchases SET expires_at = NOW(6) + INTERVAL 20 MINUTE, created_at = NOW(6) - INTERVAL 40 MINUTE "
             "WHERE user_id = ?", user.me["user_id"])
    made = user.post("/bricks/purchase", {"package": "starter"}, key=key, expect=201).data
    assert 3500 < stripe.session_of(made["checkout_url"])["expires_at"] - time.time() < 3700


@pytest.mark.expect_log("WALL00627|WALL00302: purchaseBricks: WALL_PAYMENT_UNAVAILABLE")
def test_paid_before_the_checkouts_address_came(stack, stripe, user):
    key = str(uuid.uuid4())
    stripe.answers = ["lost"] * 9  # a connection that was kept is tried once more by itself
    user.post("/bricks/purchase", {"package": "starter"}, key=key, expect=503)
    stripe.answers = []
    number = user.get("/bricks/purchases", expect=200).data["items"][0]["purchase_id"]
    [session] = [s for s in stripe.sessions.values() if s["client_reference_id"].startswith(f"wall:{number}:")]
    give(stack, stripe, stripe.completed(session))
    before = len(stripe.requests)
    made = user.post("/bricks/purchase", {"package": "starter"}, key=key, expect=201).data
    assert made["checkout_url"] is None and made["purchase"]["status"] == "completed"
    assert len(stripe.requests) == before and user.balance() == (1500, 0)


@pytest.mark.parametrize("face, asked, half", [("yen", 500, 250), ("krona", 50000, 25000)])
def test_currencies_without_minor_units(stack, stripe, contract, face, asked, half):
    """Stripe counts krónur in hundredths that do not exist, yen as they are."""
    user = Client(stack, contract, base_url=stack.faces[face])
    user.register()
    number, session = bought(user, stripe)
    assert session["amount_total"] == asked and show(user, number)["price"] == "500\u00a0" + {"yen": "JPY"}.get(face, "ISK")
    give(stack, stripe, stripe.completed(session))
    assert (show(user, number)["status"], user.balance()) == ("completed", (1500, 0))
    give(stack, stripe, stripe.refunded(session, half))
    assert (show(user, number)["refunded_minor"], user.balance()) == (250, (1000, 0))
    verified(stack)


# ---- who sees what ------------------------------------------------------------------------------

def test_private(user, new_user, anonymous, stripe):
    number, _ = bought(user, stripe)
    new_user().get(f"/bricks/purchase/{number}", expect=404)
    anonymous.get(f"/bricks/purchase/{number}", expect=401)
    assert new_user().get("/bricks/purchases", expect=200).data["items"] == []


def test_list(user, stripe):
    made = [bought(user, stripe)[0] for _ in range(5)]
    first = user.get("/bricks/purchases", params={"limit": 3}, expect=200).data
    rest = user.get("/bricks/purchases", params={"limit": 3, "cursor": first["next_cursor"]}, expect=200).data
    assert [p["purchase_id"] for p in first["items"] + rest["items"]] == made[::-1]
    assert rest["next_cursor"] is None
    assert user.get("/bricks/purchases", params={"cursor": "x"}, expect=400).code == "WALL_BAD_CURSOR"


# ---- paying -------------------------------------------------------------------------------------

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


def test_the_webhooks_answer(stripe, user, anonymous):
    _, session = bought(user, stripe)
    payload = json.dumps(stripe.completed(session))
    anonymous.post("/bricks/webhooks/stripe", raw=payload.encode(), headers={"Stripe-Signature": sign(payload)}, expect=200)
    assert user.balance() == (1500, 0)


def test_repeated(stack, stripe, user):
    number, session = bought(user, stripe)
    event = stripe.completed(session)
    give(stack, stripe, event, event, event, stripe.completed(session), stripe.succeeded_later(session))
    assert show(user, number)["bricks_net"] == 1000
    assert user.balance() == (1500, 0)


def test_two_at_once(stack, stripe, user):
    number, session = bought(user, stripe)
    events = [stripe.completed(session) for _ in range(4)] * 6
    threads = [threading.Thread(target=give, args=(stack, stripe, event)) for event in events]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
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


def test_unknown_purchases(stack, stripe, user):
    _, session = bought(user, stripe)
    for change in ({"client_reference_id": "other:1"}, {"client_reference_id": None},
                   {"client_reference_id": "wall:99999999"}, {"client_reference_id": "wall:0"}):
        event = stripe.completed({**session, "id": "cs_" + uuid.uuid4().hex, **change})
        give(stack, stripe, event)
    give(stack, stripe, stripe.event("customer.created", {"id": "cus_1"}),
         stripe.event("charge.refunded", {"id": "ch_x", "currency": "usd", "amount_refunded": 1}))
    assert user.balance() == (500, 0)


def foreign(reference, number):
    """References others might send for this purchase: without the mac, with a wrong one, with another's."""
    other = reference.rpartition(":")[2]
    return [f"wall:{number}", f"wall:{number}:", f"wall:{number}:{'0' * 16}", f"wall:0{number}:{other}", f"{reference}0",
            f"other:{number}:{other}", f"wall:{number + 1}:{other}", f"wall:-{number}:{other}"]


def test_another_installation_at_the_same_account(stack, stripe, user):
    """The same name, the same numbers, the same signing secret: its payments are not ours."""
    number, session = bought(user, stripe)
    for n, reference in enumerate(foreign(session["client_reference_id"], number)):
        theirs = {**session, "id": f"cs_theirs_{number}_{n}", "client_reference_id": reference}
        event = stripe.completed(theirs)
        event["data"]["object"]["payment_intent"] = f"pi_theirs_{number}_{n}"
        give(stack, stripe, event)
    assert (show(user, number)["status"], user.balance()) == ("pending", (500, 0))
    assert stack.number("SELECT COUNT(*) FROM payment_events WHERE session_id LIKE ?", f"cs_theirs_{number}_%") == 0
    give(stack, stripe, stripe.completed(session))
    assert user.balance() == (1500, 0)


@pytest.mark.expect_log("WALL00630")
def test_events_that_contradict_themselves(stack, stripe, user, new_user):
    """One purchase's checkout or payment under another's name: nobody gets anything."""
    other = new_user()
    (mine, session), (theirs, second) = bought(user, stripe), bought(other, stripe)
    swapped = stripe.completed({**session, "client_reference_id": second["client_reference_id"]})
    unknown = stripe.completed({**session, "id": "cs_other_" + uuid.uuid4().hex})
    give(stack, stripe, swapped, unknown)
    assert show(user, mine)["status"] == show(other, theirs)["status"] == "pending"
    give(stack, stripe, stripe.completed(second))
    payment = stripe.completed(session)
    payment["data"]["object"]["payment_intent"] = second["payment_intent"]
    refund = stripe.refunded(second, 499)
    refund["data"]["object"]["metadata"] = {"wall_purchase": session["payment_metadata"]}
    give(stack, stripe, payment, refund)
    assert (show(user, mine)["status"], user.balance()) == ("pending", (500, 0))
    assert (show(other, theirs)["status"], other.balance()) == ("completed", (1500, 0))
    give(stack, stripe, stripe.completed(session))
    assert user.balance() == (1500, 0)
    verified(stack)


@pytest.mark.expect_log("WALL00629")
def test_play_money(stack, stripe, user):
    """The endpoint of the other mode, whose secret was left in the file."""
    number, session = bought(user, stripe)
    give(stack, stripe, {**stripe.completed(session), "livemode": True})
    assert (show(user, number)["status"], user.balance()) == ("pending", (500, 0))


def test_a_card_that_was_refused_first(stack, stripe, user):
    number, session = bought(user, stripe)
    refused = stripe.event("charge.updated", {**stripe.charge(session), "id": "ch_refused_" + uuid.uuid4().hex, "status": "failed",
                                              "payment_method_details": {"type": "card", "card": {"brand": "amex", "last4": "0002"}}})
    give(stack, stripe, refused)
    give(stack, stripe, stripe.completed(session),
         stripe.event("charge.succeeded", {**stripe.charge(session), "status": "succeeded"}))
    assert show(user, number)["payment_method"] == "visa 4242"


# ---- signatures ---------------------------------------------------------------------------------

@pytest.mark.parametrize("header", [
    lambda p: "", lambda p: "nonsense", lambda p: "t=1,v1=", lambda p: sign(p, secret="whsec_other"),
    lambda p: sign(p, at=time.time() - 320), lambda p: sign(p, at=time.time() + 320),
    lambda p: sign(p + " "), lambda p: sign(p).replace("v1=", "v0="), lambda p: sign(p)[:-1],
    lambda p: sign(p).replace("t=", "t=1"), lambda p: f"t=,{sign(p).split(',')[1]}",
])
def test_wrong_signatures(stack, stripe, user, header):
    _, session = bought(user, stripe)
    payload = json.dumps(stripe.completed(session))
    answer = stripe.deliver(stack, None, payload=payload, header=header(payload))
    assert answer.status_code == 400 and answer.json()["error"]["code"] == "WALL_BAD_SIGNATURE"
    assert user.balance() == (500, 0)


def test_tampered_body(stack, stripe, user):
    _, session = bought(user, stripe)
    payload = json.dumps(stripe.completed(session))
    answer = stripe.deliver(stack, None, payload=payload.replace("499", "498"), header=sign(payload))
    assert answer.status_code == 400 and user.balance() == (500, 0)


@pytest.mark.parametrize("header", [
    lambda p: sign(p) + ",v1=" + "0" * 64, lambda p: sign(p).replace(",v1=", ",v0=abc,v1=" + "0" * 64 + ",v1="),
    lambda p: sign(p, at=time.time() - 280), lambda p: sign(p, at=time.time() + 280),
    lambda p: sign(p, secret=OLD_SECRET), lambda p: sign(p, secret=OLD_SECRET) + "," + sign(p).partition(",")[2],
    lambda p: sign(p) + "," + sign(p, secret="whsec_new").partition(",")[2]])
def test_right_signatures(stack, stripe, user, header):
    """Several v1 while a secret is changed, other schemes beside it, clocks that differ a little."""
    _, session = bought(user, stripe)
    payload = json.dumps(stripe.completed(session))
    assert stripe.deliver(stack, None, payload=payload, header=header(payload)).status_code == 200
    assert user.balance() == (1500, 0)


@pytest.mark.parametrize("payload, code", [("{", "WALL_BAD_REQUEST"), ("[]", "WALL_BAD_REQUEST"), ("{}", "WALL_BAD_REQUEST"),
                                           ('{"id":"evt_1","type":"x"}', "WALL_BAD_REQUEST"),
                                           ('{"id":"evt_\u00e9","type":"x","data":{"object":{}}}', "WALL_BAD_REQUEST"),
                                           ('{"id":"' + "e" * 256 + '","type":"x","data":{"object":{}}}', "WALL_BAD_REQUEST"),
                                           ('{"data":' * 5000 + "1" + "}" * 5000, "WALL_BAD_REQUEST"),
                                           ("[" * 200000, "WALL_BAD_REQUEST"), ("\x00", "WALL_BAD_REQUEST")])
def test_signed_nonsense(stack, payload, code):
    answer = StripeApi.deliver(stack, None, payload=payload)
    assert answer.status_code == 400 and answer.json()["error"]["code"] == code


@pytest.mark.expect_log("WALL00626")
@pytest.mark.parametrize("change", [
    {"amount_total": "499"}, {"amount_total": 499.0001}, {"amount_total": -499}, {"amount_total": 9223372036854775807},
    {"amount_total": [499]}, {"currency": None}, {"currency": "usdx"}, {"currency": 5}, {"payment_intent": {"id": 7}, "amount_total": None}])
def test_signed_absurdity(stack, stripe, user, change):
    number, session = bought(user, stripe)
    event = stripe.completed(session)
    event["data"]["object"].update(change)
    give(stack, stripe, event)
    assert (show(user, number)["status"], user.balance()) == ("held", (500, 0))


def test_ids_that_do_not_fit(stack, stripe, user):
    number, session = bought(user, stripe)
    event = stripe.completed(session)
    event["data"]["object"].update({"payment_intent": "p" * 300})
    charge = stripe.charged(session)
    charge["data"]["object"].update({"id": "ch_\u20ac", "payment_method_details": {"type": "x" * 61}})
    give(stack, stripe, event, charge)
    got = show(user, number)
    assert (got["status"], got["payment_method"], user.balance()) == ("completed", None, (1500, 0))


def test_other_providers(stack, anonymous):
    anonymous.post("/bricks/webhooks/paypal", raw=b"{}", expect=404)
    # The test provider counts for nothing where it is not chosen.
    anonymous.post("/bricks/webhooks/test", raw=b"{}", expect=404)
    assert anonymous.post("/bricks/webhooks/stripe", raw=b"x" * 300000, expect=413)
    answer = requests.post(stack.base_url + HOOK, data=b"{}", headers={"Origin": "https://evil.example"}, timeout=10)
    assert answer.status_code == 403


# ---- refunds and disputes -----------------------------------------------------------------------

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
    parts = [events[i::4] for i in range(4)]
    threads = [threading.Thread(target=give, args=(stack, stripe, *part)) for part in parts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
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


# ---- the webhook that never came ----------------------------------------------------------------

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


# ---- other settings -----------------------------------------------------------------------------

def test_nothing_is_sold(stack, contract):
    user = Client(stack, contract, base_url=stack.faces["unsold"])
    user.register()
    assert user.get("/bricks/packages", expect=200).data["open"] is False
    assert user.post("/bricks/purchase", {"package": "starter"}, expect=409).code == "WALL_PAYMENTS_OFF"


def test_the_test_provider(stack, contract):
    user = Client(stack, contract, base_url=stack.faces["test"])
    user.register()
    assert user.get("/bricks/packages", expect=200).data["test"] is True
    made = begin(user)
    number = made["purchase"]["purchase_id"]
    assert made["checkout_url"] == f"{stack.base_url}/bricks/test-checkout/{number}" and made["purchase"]["test"]

    def press(what, **more):
        return user.http.post(f"{user.base_url}/bricks/test-checkout/{number}", allow_redirects=False, timeout=30,
                              data={"csrf_token": user.csrf, "what": what, **more}, headers={"Origin": stack.base_url})

    assert press("pay", csrf_token="0" * 32).status_code == 403
    assert press("nonsense").status_code == 422
    assert user.balance() == (500, 0)
    answer = press("pay")
    assert answer.status_code == 303 and answer.headers["Location"] == f"/bricks/purchases/{number}"
    assert user.balance() == (1500, 0)
    press("pay")
    press("refund_half")
    assert (show(user, number)["status"], user.balance()) == ("partially_refunded", (500 + 1000 - 498, 0))
    # What it signs counts nowhere else, and nobody else signs for it.
    payload = json.dumps({"id": "evt_x", "type": "paid", "reference": f"wall:{number}", "amount": 499, "currency": "USD"})
    for secret in (SECRET, "0" * 32):
        sent = requests.post(user.base_url + "/api/v1/bricks/webhooks/test", data=payload, timeout=10,
                             headers={"Wall-Test-Signature": sign(payload, secret=secret)})
        assert sent.status_code == 400 and sent.json()["error"]["code"] == "WALL_BAD_SIGNATURE"
    # Somebody else's checkout, and a purchase of the real provider.
    other = Client(stack, contract, base_url=stack.faces["test"])
    other.register()
    page = other.http.get(f"{user.base_url}/bricks/test-checkout/{number}", timeout=10)
    assert page.status_code == 404
    verified(stack)


def test_a_real_purchase_has_no_test_checkout(stack, stripe, user):
    number, _ = bought(user, stripe)
    for base in (stack.base_url, stack.faces["test"]):
        assert user.http.get(f"{base}/bricks/test-checkout/{number}", timeout=10).status_code == 404
        sent = user.http.post(f"{base}/bricks/test-checkout/{number}", timeout=10, headers={"Origin": stack.base_url},
                              data={"csrf_token": user.csrf, "what": "pay"})
        assert sent.status_code == 404
    assert user.balance() == (500, 0)


def test_pages_for_strangers(stack, stripe, user, new_user, anonymous):
    number, _ = bought(user, stripe)
    page = f"{stack.base_url}/bricks/purchases/{number}"
    assert new_user().http.get(page, timeout=10).status_code == 404
    assert anonymous.http.get(page, timeout=10, allow_redirects=False).status_code == 303
    assert user.http.get(page, timeout=10).status_code == 200
