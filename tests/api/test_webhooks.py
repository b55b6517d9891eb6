# SPDX-License-Identifier: Apache-2.0
"""Events of Stripe: signed, and about a purchase of ours."""

import json
import time
import uuid

import pytest
import requests

from tests.api.purchasing import bought, give, show, verified
from tests.stack.stripe_api import HOOK, OLD_SECRET, StripeApi, sign


# ---- signatures ----------------------------------------------------------------------------------

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


# ---- whose they are ------------------------------------------------------------------------------

def test_the_webhooks_answer(stripe, user, anonymous):
    _, session = bought(user, stripe)
    payload = json.dumps(stripe.completed(session))
    anonymous.post("/bricks/webhooks/stripe", raw=payload.encode(), headers={"Stripe-Signature": sign(payload)}, expect=200)
    assert user.balance() == (1500, 0)


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
