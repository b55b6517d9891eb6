# SPDX-License-Identifier: Apache-2.0
"""Stripe's API as far as Wall uses it, on a port of this machine, and the events it would send.

    with StripeApi() as stripe:
        Stack(options=stripe.options())
        session = stripe.session_of(checkout_url)
        stripe.deliver(stack, stripe.completed(session))

Events are signed by the signature helper of Stripe's own library (python3-stripe). `answers`: what to do with the next
requests instead of answering: a status, or "hang" (no answer until the client gives up), or "lost" (the request is
carried out, its answer is not sent), or a function that is called first and returns one of these or None.
"""

import copy
import hashlib
import json
import os
import shutil
import tempfile
import threading
import time
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

import requests
import stripe as library

from .contract import BASE

KEY = "sk_test_" + "4" * 24
SECRET = "whsec_" + "7" * 32
OLD_SECRET = "whsec_" + "6" * 32  # as while it is being changed
VERSION = "2024-11-20.acacia"
HOOK = BASE + "/bricks/webhooks/stripe"


def sign(payload, secret=SECRET, at=None):
    """The Stripe-Signature header of `payload` (text)."""
    at = int(at if at is not None else time.time())
    signature = library.WebhookSignature._compute_signature(f"{at}.{payload}", secret)  # pylint: disable=protected-access
    header = f"t={at},v1={signature}"
    if at > time.time() - 300 and secret == SECRET:
        assert library.WebhookSignature.verify_header(payload, header, secret, tolerance=300)
    return header


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *unused):  # pylint: disable=arguments-differ
        pass

    def do_GET(self):
        self.server.api.answer(self, "GET", b"")

    def do_POST(self):
        self.server.api.answer(self, "POST", self.rfile.read(int(self.headers.get("Content-Length") or 0)))

    def reply(self, status, value):
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class StripeApi:
    """See the module's text. `sessions`: by id. `requests`: (method, path, headers, form) of all that came."""

    def __init__(self):
        self.sessions, self.by_key, self.requests, self.answers = {}, {}, [], []
        self.lock = threading.Lock()
        self.folder = tempfile.mkdtemp(prefix="wall-stripe-")
        os.chmod(self.folder, 0o755)
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
        self.server.daemon_threads = True
        self.server.api = self
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def __enter__(self):
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *unused):
        self.server.shutdown()
        self.server.server_close()
        shutil.rmtree(self.folder, ignore_errors=True)

    def secret_file(self, name, text):
        """A file the services of a stack may read and nobody else."""
        path = os.path.join(self.folder, name)
        with open(path, "w", encoding="ascii") as file:
            file.write(text + "\n")
        os.chmod(path, 0o640)
        if os.geteuid() == 0:
            shutil.chown(path, group="www-data")
        return path

    def options(self):
        """Options of packaging/instance up that make a stack sell through this server."""
        lines = ["WallPayments stripe", f"WallStripeURL {self.url}",
                 f"WallStripeKey {self.secret_file('key', KEY)}",
                 f"WallStripeWebhookSecret {self.secret_file('webhook', SECRET + chr(10) + OLD_SECRET)}",
                 'WallSellerName "Wall Ltd"', 'WallSellerAddress "1 Brick Lane; London"',
                 'WallSellerTaxNote "VAT GB 123 included"']
        return [part for line in lines for part in ("--set", line)]

    # ---- the API -----------------------------------------------------------------------------
    def answer(self, handler, method, body):
        form = dict(parse_qsl(body.decode()))
        with self.lock:
            self.requests.append((method, handler.path, dict(handler.headers), form))
            wanted = self.answers.pop(0) if self.answers else None
        if callable(wanted):
            wanted = wanted()
        if wanted == "hang":
            time.sleep(15)
            handler.close_connection = True
        elif isinstance(wanted, int):
            handler.reply(wanted, {"error": {"type": "api_error", "code": "wanted_by_test"}})
        elif handler.headers.get("Authorization") != "Bearer " + KEY:
            handler.reply(401, {"error": {"type": "invalid_request_error"}})
        elif handler.headers.get("Stripe-Version") != VERSION:
            handler.reply(400, {"error": {"type": "invalid_request_error", "code": "version"}})
        else:
            status, value = self.create(handler, form) if method == "POST" else self.look(handler.path)
            if wanted == "lost":
                handler.close_connection = True
                return
            handler.reply(status, value)

    def create(self, handler, form):
        key = handler.headers.get("Idempotency-Key")
        if not key or urlsplit(handler.path).path != "/v1/checkout/sessions":
            return 400, {"error": {"type": "invalid_request_error"}}
        with self.lock:
            if key in self.by_key:
                before, session_id = self.by_key[key]
                if before != form:
                    return 400, {"error": {"type": "idempotency_error"}}
                return 200, self.sessions[session_id]
            session_id = "cs_test_" + hashlib.sha256(key.encode()).hexdigest()[:24]
            self.by_key[key] = (form, session_id)
            self.sessions[session_id] = {
                "id": session_id, "object": "checkout.session", "livemode": False, "status": "open",
                "payment_status": "unpaid", "mode": form["mode"],
                "url": f"https://checkout.stripe.com/c/pay/{session_id}#fidkdWxOYHwnPyd1blpxYHZxWjA0",
                "client_reference_id": form["client_reference_id"],
                "metadata": {"wall_purchase": form["metadata[wall_purchase]"]},
                "amount_total": int(form["line_items[0][price_data][unit_amount]"]),
                "currency": form["line_items[0][price_data][currency]"],
                "success_url": form["success_url"], "cancel_url": form["cancel_url"],
                "expires_at": int(form["expires_at"]), "payment_intent": None,
                "adaptive_pricing": {"enabled": form["adaptive_pricing[enabled]"] == "true"},
                "payment_metadata": form["payment_intent_data[metadata][wall_purchase]"],
            }
            return 200, self.sessions[session_id]

    def look(self, path):
        session = self.sessions.get(urlsplit(path).path.rpartition("/")[2])
        if session is None:
            return 404, {"error": {"type": "invalid_request_error", "code": "resource_missing"}}
        session = copy.deepcopy(session)
        if session["payment_intent"]:
            session["payment_intent"] = {"id": session["payment_intent"], "object": "payment_intent",
                                         "latest_charge": self.charge(session)}
        return 200, session

    # ---- what happens ------------------------------------------------------------------------
    def session_of(self, purchase):
        """The session of a purchase (its JSON) or of its checkout's address."""
        url = purchase if isinstance(purchase, str) else purchase["checkout_url"]
        return self.sessions[url.split("#")[0].rpartition("/")[2]]

    @staticmethod
    def pay(session, paid=True):
        """The buyer is done with the checkout."""
        session["payment_intent"] = "pi_" + session["id"][8:]
        session["status"], session["payment_status"] = "complete", "paid" if paid else "unpaid"
        return session

    def charge(self, session, refunded=0, **more):
        intent = self.pay(dict(session))["payment_intent"]
        return {"id": "ch_" + intent[3:], "object": "charge", "payment_intent": intent, "amount": session["amount_total"],
                "amount_refunded": refunded, "currency": session["currency"],
                "metadata": {"wall_purchase": session["payment_metadata"]},
                "payment_method_details": {"type": "card", "card": {"brand": "visa", "last4": "4242"}}, **more}

    @staticmethod
    def event(kind, thing, **more):
        return {"id": "evt_" + uuid.uuid4().hex[:24], "object": "event", "type": kind, "livemode": False,
                "created": int(time.time()), "api_version": VERSION, "data": {"object": copy.deepcopy(thing)}, **more}

    def completed(self, session, paid=True):
        return self.event("checkout.session.completed", self.pay(session, paid))

    def succeeded_later(self, session):
        return self.event("checkout.session.async_payment_succeeded", self.pay(session))

    def failed_later(self, session):
        return self.event("checkout.session.async_payment_failed", self.pay(session, paid=False))

    def expired(self, session):
        session["status"] = "expired"
        return self.event("checkout.session.expired", session)

    def charged(self, session):
        return self.event("charge.succeeded", self.charge(session))

    def refunded(self, session, amount, **more):
        """`amount` is the sum of all refunds so far."""
        return self.event("charge.refunded", self.charge(session, refunded=amount, **more))

    def dispute(self, session, kind, status, amount=None, number=1):
        """Says only which charge it is about, as Stripe does."""
        charge = self.charge(session)
        return self.event("charge.dispute." + kind, {
            "id": f"dp_{charge['id'][3:]}_{number}", "object": "dispute", "charge": charge["id"], "status": status,
            "payment_intent": charge["payment_intent"], "currency": session["currency"], "metadata": {},
            "amount": session["amount_total"] if amount is None else amount})

    @staticmethod
    def deliver(stack, event, *, payload=None, header=None, base_url=None):
        """Posts an event as Stripe would; returns the response. `base_url`: of one of the stack's faces."""
        payload = payload if payload is not None else json.dumps(event)
        headers = {"Content-Type": "application/json; charset=utf-8",
                   "Stripe-Signature": sign(payload) if header is None else header}
        return requests.post((base_url or stack.base_url) + HOOK, data=payload.encode(), timeout=30,
                             headers={k: v for k, v in headers.items() if v != ""})
