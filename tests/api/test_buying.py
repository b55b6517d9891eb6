# SPDX-License-Identifier: Apache-2.0
"""Buying bricks: packages, checkouts, who sees a purchase, other providers than Stripe."""

import json
import re
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from tests.api.parallel import at_once
from tests.api.purchasing import begin, bought, give, show, verified
from tests.stack.client import Client
from tests.stack.stripe_api import KEY, SECRET, VERSION, sign


# ---- packages ------------------------------------------------------------------------------------

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


# ---- beginning -----------------------------------------------------------------------------------

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
    key, before = str(uuid.uuid4()), len(stripe.by_key)

    def one():
        answer = user.http.post(
            stack.base_url + "/api/v1/bricks/purchase", json={"package": "starter"}, timeout=60,
            headers={"Idempotency-Key": key, "X-CSRF-Token": user.csrf, "Origin": stack.base_url})
        return answer.status_code, answer.content

    [(status, _)] = set(at_once(*[one] * 40))
    assert status == 201
    assert len(stripe.by_key) == before + 1
    assert stack.number("SELECT COUNT(*) FROM purchases WHERE user_id = ?", user.me["user_id"]) == 1


def test_a_key_that_was_given_up_and_claimed_for_something_else(stack, stripe, user):
    """Who asked under it before keeps the answer to that, and leaves the other's claim alone."""
    key, asked, go = str(uuid.uuid4()), threading.Event(), threading.Event()

    def held():
        asked.set()
        go.wait(20)

    stripe.answers = [held]
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(user.post, "/bricks/purchase", {"package": "starter"}, key=key)
        assert asked.wait(20)
        stack.db("UPDATE idempotency_keys SET request_digest = REPEAT('0', 32) WHERE idempotency_key = ?", key)
        go.set()
        assert first.result().status == 201
    assert stack.number("SELECT status FROM idempotency_keys WHERE idempotency_key = ?", key) == 0


@pytest.mark.parametrize("answers", [[500], [503, 500], ["lost"], [409], [429]])
def test_stripe_is_asked_again_with_the_same_key(stripe, user, answers):
    before, seen = len(stripe.by_key), len(stripe.requests)
    stripe.answers = list(answers)
    made = begin(user)
    assert made["checkout_url"] and len(stripe.by_key) == before + 1
    assert len({r[2]["Idempotency-Key"] for r in stripe.requests[seen:]}) == 1
    assert len(stripe.requests) - seen == len(answers) + 1


@pytest.mark.expect_log("WALL00627|WALL00302: purchaseBricks: WALL_PAYMENT_UNAVAILABLE")
@pytest.mark.parametrize("answers, ago", [([500, 500, 500], 0), ([402], 11), (["hang", 500, 500], 11)])
def test_stripe_is_away(stack, stripe, user, answers, ago):
    """Tried again while another may still be asking, which is waited for (5 s), or later."""
    key = str(uuid.uuid4())
    stripe.answers = list(answers)
    answer = user.post("/bricks/purchase", {"package": "starter"}, key=key, expect=503)
    assert answer.code == "WALL_PAYMENT_UNAVAILABLE"
    assert user.get("/bricks/purchases", expect=200).data["items"][0]["status"] == "pending"
    stack.db("UPDATE purchases SET created_at = created_at - INTERVAL ? SECOND WHERE user_id = ?", ago, user.me["user_id"])
    made = user.post("/bricks/purchase", {"package": "starter"}, key=key, expect=201).data
    assert made["checkout_url"]
    assert stack.number("SELECT COUNT(*) FROM purchases WHERE user_id = ?", user.me["user_id"]) == 1


def lost(stripe, user):
    """A purchase of which Stripe knows, and said so in vain; its key."""
    key = str(uuid.uuid4())
    stripe.answers = ["lost"] * 9  # a connection that was kept is tried once more by itself
    user.post("/bricks/purchase", {"package": "starter"}, key=key, expect=503)
    stripe.answers = []
    return key


@pytest.mark.expect_log("WALL00627|WALL00302: purchaseBricks: WALL_PAYMENT_UNAVAILABLE")
def test_tried_again_much_later(stack, stripe, user):
    """Stripe opens no checkout that closes within half an hour, and no other one under the same key."""
    key = lost(stripe, user)
    stack.db("UPDATE purchases SET expires_at = NOW(6) + INTERVAL 20 MINUTE, created_at = NOW(6) - INTERVAL 40 MINUTE "
             "WHERE user_id = ?", user.me["user_id"])
    made = user.post("/bricks/purchase", {"package": "starter"}, key=key, expect=201).data
    assert 3500 < stripe.session_of(made["checkout_url"])["expires_at"] - time.time() < 3700


@pytest.mark.expect_log("WALL00627|WALL00302: purchaseBricks: WALL_PAYMENT_UNAVAILABLE")
def test_paid_before_the_checkouts_address_came(stack, stripe, user):
    key = lost(stripe, user)
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


# ---- who sees what -------------------------------------------------------------------------------

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


def test_pages_for_strangers(stack, stripe, user, new_user, anonymous):
    number, _ = bought(user, stripe)
    page = f"{stack.base_url}/bricks/purchases/{number}"
    assert new_user().http.get(page, timeout=10).status_code == 404
    assert anonymous.http.get(page, timeout=10, allow_redirects=False).status_code == 303
    assert user.http.get(page, timeout=10).status_code == 200


# ---- other settings ------------------------------------------------------------------------------

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
