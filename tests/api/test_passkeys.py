# SPDX-License-Identifier: Apache-2.0
"""Passkeys against an authenticator in software: what is taken, and all that is not."""

import hashlib
import os
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.api.test_sign_in import Protected
from tests.stack.authenticator import BE, BS, EDDSA, ES256, RS256, UP, UV, Authenticator, Key, b64, unb64
from tests.stack.client import Client


@pytest.fixture
def device(stack):
    return Authenticator(stack.base_url)


@pytest.fixture
def add(device):
    """Gives a user a passkey; returns its key, with .passkey_id."""
    def adding(user, key=None, **more):
        options = user.post("/auth/passkeys/options", expect=200).data
        body, key = device.create(options, key, **more)
        key.passkey_id = user.post("/auth/passkeys", body, expect=201).data["passkey_id"]
        return key
    return adding


def ask(client, purpose="sign_in", **more):
    return client.post("/auth/passkeys/challenge", {"purpose": purpose, **more}, expect=200).data


def sign_in(client, body, expect=200, **more):
    answer = client.post("/auth/passkey", {"passkey": body, **more}, expect=expect)
    if expect == 200:
        client.csrf = answer.data["user"]["csrf_token"]
    return answer


class TestAdd:
    def test_options(self, stack, user, add):
        options = user.post("/auth/passkeys/options", expect=200).data
        assert options["rp_id"] == "localhost" and options["exclude"] == []
        assert [p["algorithm"] for p in options["parameters"]] == [ES256, EDDSA, RS256]
        assert len(unb64(options["user_handle"])) == 16
        assert user.me["username"] not in options["user_handle"]
        key = add(user)
        again = user.post("/auth/passkeys/options", expect=200).data
        assert again["exclude"] == [{"credential_id": b64(key.id), "transports": ["internal", "hybrid"]}]
        assert again["user_handle"] == options["user_handle"]
        assert again["challenge"] != options["challenge"]

    @pytest.mark.parametrize("algorithm", [ES256, EDDSA, RS256])
    def test_algorithms(self, user, device, add, anonymous, algorithm):
        key = add(user, Key(algorithm))
        answer = sign_in(anonymous, device.get(ask(anonymous), key))
        assert answer.data["user"]["user_id"] == user.me["user_id"]

    def test_names(self, user, add, new_user):
        first = add(user, display_name="Phone")
        second = add(user)
        listed = user.get("/auth/factors").data["passkeys"]
        assert [(p["display_name"], p["last_used_at"]) for p in listed] == [("Phone", None), ("Passkey", None)]
        renamed = user.put(f"/auth/passkeys/{second.passkey_id}", {"display_name": " Laptop "}, expect=200).data
        assert renamed["display_name"] == "Laptop"
        user.put(f"/auth/passkeys/{second.passkey_id}", {"display_name": "x" * 61}, expect=422)
        new_user().put(f"/auth/passkeys/{first.passkey_id}", {"display_name": "Mine"}, expect=404)

    def test_the_same_twice(self, user, device, add):
        key = add(user)
        body, _ = device.create(user.post("/auth/passkeys/options").data, key)
        assert user.post("/auth/passkeys", body, expect=409).code == "WALL_DUPLICATE"

    def test_one_answer_twice(self, user, device):
        options = user.post("/auth/passkeys/options").data
        body, _ = device.create(options)
        user.post("/auth/passkeys", body, expect=201)
        other, _ = device.create(options)
        assert user.post("/auth/passkeys", other, expect=401).code == "WALL_BAD_CREDENTIALS"

    def test_challenge_of_somebody_else(self, user, device, new_user):
        body, _ = device.create(new_user().post("/auth/passkeys/options").data)
        user.post("/auth/passkeys", body, expect=401)

    def test_challenge_for_something_else(self, user, device):
        options = user.post("/auth/passkeys/options").data
        for challenge in (ask(user)["challenge"], ask(user, "confirm")["challenge"]):
            body, _ = device.create(options, challenge=challenge)
            user.post("/auth/passkeys", body, expect=401)

    @pytest.mark.parametrize("wrong", [
        {"challenge": b64(bytes(range(32)))}, {"challenge": b64(b"a.b.c")}, {"challenge": "!"}, {"challenge": "A" * 400},
        {"origin": "https://evil.example"}, {"origin": "http://localhost"}, {"rp_id": "evil.example"},
        {"kind": "webauthn.get"}, {"flags": UP}, {"flags": UV}, {"flags": 0}, {"algorithm": EDDSA},
        {"algorithm": -65535}, {"algorithm": 1}, {"cut": 0}, {"cut": 36}, {"cut": 37}, {"cut": 54}, {"cut": 80}, {"cut": 130},
        {"cut": -1}, {"crossOrigin": True}, {"flags": UP | UV | BS}, {"kind": "webauthn.create\0"},
    ], ids=str)
    def test_refused(self, user, device, wrong):
        body, _ = device.create(user.post("/auth/passkeys/options").data, **wrong)
        answer = user.post("/auth/passkeys", body)
        if wrong == {"cut": 0}:
            assert answer.status == 422
        else:
            assert answer.status == 401, answer
            assert answer.details == {"passkey": "This passkey was not accepted. Try again."}
        assert user.get("/auth/factors").data["passkeys"] == []

    @pytest.mark.parametrize("id_length, status", [(1, 201), (1023, 201), (1024, 401), (2000, 401)])
    def test_length_of_its_id(self, user, device, id_length, status):
        body, _ = device.create(user.post("/auth/passkeys/options").data, Key(id_length=id_length))
        user.post("/auth/passkeys", body, expect=status)

    def test_origin_that_ends_early(self, stack, user, device):
        body, _ = device.create(user.post("/auth/passkeys/options").data, origin=stack.base_url + "\0.evil.example")
        user.post("/auth/passkeys", body, expect=401)

    def test_synchronised(self, user, device):
        body, _ = device.create(user.post("/auth/passkeys/options").data, flags=UP | UV | BE | BS)
        user.post("/auth/passkeys", body, expect=201)

    def test_nonsense(self, user, device):
        """Bytes of any kind where CBOR is expected: refused, never a failure of ours."""
        head = device.data(0, credential=bytes(16) + b"\x00\x04abcd")
        for seed in range(60):
            junk = os.urandom(seed * 3)
            body, _ = device.create(user.post("/auth/passkeys/options").data)
            body["authenticator_data"] = b64(head + junk)
            user.post("/auth/passkeys", body, expect=401)
        for deep in (b"\x81" * 3000, b"\xbf" * 3000, b"\x5b" + b"\xff" * 8, b"\x9b" + b"\xff" * 8, b"\xbb" + b"\xff" * 8):
            body["authenticator_data"] = b64(head + deep)
            user.post("/auth/passkeys", body, expect=401)

    def test_lengths_nobody_sent(self, user, device, add, anonymous):
        """Five bytes that speak of 576 million items reserve no memory for them."""
        long = b"\x9a\x22\x5d\x10\xa0"
        body, _ = device.create(user.post("/auth/passkeys/options").data)
        body["authenticator_data"] = b64(device.data(0, credential=bytes(16) + b"\x00\x04abcd" + long))
        key = add(user)
        answer = device.get(ask(anonymous), key)
        answer["authenticator_data"] = b64(device.data(1, flags=UP | UV | 0x80) + long)
        begun = time.monotonic()
        for _ in range(3):
            user.post("/auth/passkeys", body, expect=401)
            sign_in(anonymous, answer, expect=401)
        assert time.monotonic() - begun < 2

    def test_what_else_is_no_text(self, user, device):
        body, _ = device.create(user.post("/auth/passkeys/options").data)
        for text in ("%%%", "A", "AAAA="):
            body["authenticator_data"] = text
            user.post("/auth/passkeys", body, expect=401)
        body["authenticator_data"] = "A" * 6000
        user.post("/auth/passkeys", body, expect=422)

    @pytest.mark.parametrize("client_data", [b"", b"null", b"[]", b"{", b"{}", b'{"type":1}', b"\xff", b'"x"',
                                             b'{"type":"webauthn.create","type":"webauthn.create"}'])
    def test_client_data(self, user, device, client_data):
        body, _ = device.create(user.post("/auth/passkeys/options").data)
        body["client_data"] = b64(client_data)
        assert user.post("/auth/passkeys", body).status == (422 if not client_data else 401)

    def test_no_more_than_twenty(self, stack, user, add):
        add(user)
        stack.db("INSERT INTO passkeys (user_id, credential_hash, credential_id, public_key, algorithm, display_name) "
                 "SELECT user_id, SHA2(CONCAT(user_id, seq), 256), 'x', 'x', -7, 'x' FROM passkeys, seq_1_to_19 "
                 "WHERE user_id = ?", user.me["user_id"])
        options = user.post("/auth/passkeys/options").data
        body, _ = Authenticator(stack.base_url).create(options)
        assert user.post("/auth/passkeys", body, expect=409).code == "WALL_CONFLICT"


class TestSignIn:
    def test_without_a_name(self, user, device, add, anonymous):
        key = add(user)
        options = ask(anonymous)
        assert options["allow"] == []
        answer = sign_in(anonymous, device.get(options, key), remember=True)
        assert answer.data["user"]["username"] == user.me["username"]
        assert "Max-Age=2592000" in answer.cookie()
        anonymous.get("/users/me", expect=200)
        assert user.get("/auth/factors").data["passkeys"][0]["last_used_at"] is not None

    def test_is_both_factors(self, new_user, device, add, anonymous):
        protected = Protected(new_user())
        key = add(protected.user)
        assert sign_in(anonymous, device.get(ask(anonymous), key)).data["second_factor"] is None

    def test_in_place_of_a_code(self, new_user, device, add, anonymous):
        protected = Protected(new_user())
        key = add(protected.user)
        token = protected.begin(anonymous)
        options = ask(anonymous, "second_factor", token=token)
        assert [c["credential_id"] for c in options["allow"]] == [b64(key.id)]
        wrong = device.get(ask(anonymous), key)
        anonymous.post("/auth/second-factor", {"token": token, "passkey": wrong}, expect=401)
        right = device.get(options, key)
        anonymous.post("/auth/second-factor", {"token": token, "passkey": right}, expect=200)

    def test_in_place_of_a_code_of_somebody_else(self, new_user, device, add, anonymous):
        protected, other = Protected(new_user()), new_user()
        key = add(other)
        token = protected.begin(anonymous)
        body = device.get(ask(anonymous, "second_factor", token=token), key)
        anonymous.post("/auth/second-factor", {"token": token, "passkey": body}, expect=401)

    def test_challenge_without_a_sign_in(self, anonymous):
        anonymous.post("/auth/passkeys/challenge", {"purpose": "second_factor", "token": "x"}, expect=401)
        anonymous.post("/auth/passkeys/challenge", {"purpose": "second_factor"}, expect=401)
        anonymous.post("/auth/passkeys/challenge", {"purpose": "confirm"}, expect=401)

    def test_confirms(self, user, device, add, new_user):
        key, other = add(user), new_user()
        user.confirmed_before(minutes=11)
        assert user.post("/auth/totp", expect=403).details == {"password": 1, "passkey": 1}
        user.post("/auth/confirm", {"passkey": device.get(ask(other, "confirm"), key)}, expect=401)
        user.post("/auth/confirm", {"passkey": device.get(ask(user), key)}, expect=401)
        body = device.get(ask(user, "confirm"), key)
        user.post("/auth/confirm", {"passkey": body}, expect=200)
        user.post("/auth/totp", expect=200)
        user.post("/auth/confirm", {"passkey": body}, expect=401)

    def test_somebody_elses_does_not_confirm(self, user, device, add, new_user):
        key = add(new_user())
        user.post("/auth/confirm", {"passkey": device.get(ask(user, "confirm"), key)}, expect=401)

    def test_once(self, stack, contract, user, device, add):
        key = add(user)
        body = device.get(ask(user), key)
        sign_in(Client(stack, contract), body)
        answer = sign_in(Client(stack, contract), body, expect=401)
        assert "passkey" in answer.details

    def test_once_by_many(self, stack, contract, user, device, add):
        key = add(user)
        body = device.get(ask(user), key, count=0)
        with ThreadPoolExecutor(6) as pool:
            answers = list(pool.map(lambda _: Client(stack, contract).post("/auth/passkey", {"passkey": body}), range(6)))
        assert sorted(answer.status for answer in answers) == [200] + 5 * [401]

    @pytest.mark.parametrize("wrong", [
        {"challenge": b64(bytes(range(60)))}, {"origin": "https://evil.example"}, {"origin": "https://localhost"},
        {"rp_id": "evil.example"}, {"kind": "webauthn.create"}, {"flags": UP}, {"flags": UV}, {"cut": 0}, {"cut": 20},
        {"cut": 36}, {"handle": b64(bytes(16))}, {"signature": bytes(range(70))}, {"signature": bytes(2000)},
        {"signature": b""}, {"crossOrigin": True}, {"flags": UP | UV | BS},
    ], ids=str)
    def test_refused(self, user, device, add, anonymous, wrong):
        key = add(user)
        answer = anonymous.post("/auth/passkey", {"passkey": device.get(ask(anonymous), key, **wrong)})
        assert answer.status in (401, 422)
        assert answer.status == 401 or wrong in ({"cut": 0}, {"signature": b""}, {"signature": bytes(2000)})
        sign_in(anonymous, device.get(ask(anonymous), key))

    def test_signed_by_another_key(self, user, device, add, anonymous):
        key, forger = add(user), Key()
        forger.id, forger.handle = key.id, key.handle
        sign_in(anonymous, device.get(ask(anonymous), forger), expect=401)

    def test_unknown(self, device, anonymous):
        key = Key()
        key.handle = b64(bytes(16))
        sign_in(anonymous, device.get(ask(anonymous), key), expect=401)

    def test_somebody_elses_handle(self, user, device, add, new_user, anonymous):
        mine, theirs = add(user), add(new_user())
        sign_in(anonymous, device.get(ask(anonymous), mine, handle=theirs.handle), expect=401)

    def test_too_late(self, stack, user, device, add, anonymous):
        """A challenge names its own end, under the MAC."""
        key = add(user)
        challenge = ask(anonymous)["challenge"]
        random, end, mac = unb64(challenge).decode().split(".")
        longer = b64(f"{random}.{int(end) + 600}.{mac}".encode())
        sign_in(anonymous, device.get({"challenge": longer}, key), expect=401)

    @pytest.mark.expect_log("00553")
    def test_counter(self, user, device, add, anonymous):
        key = add(user)
        sign_in(anonymous, device.get(ask(anonymous), key, count=0))
        sign_in(anonymous, device.get(ask(anonymous), key, count=0))
        sign_in(anonymous, device.get(ask(anonymous), key, count=5))
        for count in (5, 4, 0):
            sign_in(anonymous, device.get(ask(anonymous), key, count=count), expect=401)
        sign_in(anonymous, device.get(ask(anonymous), key, count=6))

    @pytest.mark.parametrize("state, code", [("suspended", "WALL_SUSPENDED"), ("pending", "WALL_AWAITING_APPROVAL")])
    def test_of_an_account_that_may_not(self, stack, user, device, add, anonymous, state, code):
        key = add(user)
        body = device.get(ask(anonymous), key)
        stack.db("UPDATE users SET account_state = ? WHERE user_id = ?", state, user.me["user_id"])
        assert sign_in(anonymous, body, expect=403).code == code
        assert stack.db("SELECT outcome FROM logins WHERE user_id = ? ORDER BY login_id DESC LIMIT 1",
                        user.me["user_id"])[0]["outcome"] == "refused"
        stack.db("UPDATE users SET account_state = 'active' WHERE user_id = ?", user.me["user_id"])
        sign_in(anonymous, body, expect=401)  # the challenge was answered, whatever came of it

    def test_comes_back(self, user, device, add, anonymous):
        key = add(user)
        user.post("/users/me/deactivate", expect=200)
        assert sign_in(anonymous, device.get(ask(anonymous), key)).data["came_back"] is True

    def test_says_whose_it_is(self, user, device, add, anonymous):
        key = add(user)
        for handle in (False, ""):
            sign_in(anonymous, device.get(ask(anonymous), key, handle=handle), expect=401)

    def test_removed_while_it_is_asked(self, user, device, add, anonymous):
        key = add(user)
        body = device.get(ask(anonymous), key)
        user.delete(f"/auth/passkeys/{key.passkey_id}", expect=200)
        sign_in(anonymous, body, expect=401)

    def test_removed_and_used_at_once(self, stack, contract, user, device, add):
        """One comes first: either it signs in and goes, or it is gone. Nothing is said of copies."""
        for _ in range(5):
            key, visitor = add(user), Client(stack, contract)
            body = device.get(ask(visitor), key)
            with ThreadPoolExecutor(2) as pool:
                used = pool.submit(lambda: visitor.post("/auth/passkey", {"passkey": body}))
                gone = pool.submit(lambda: user.as_bearer().delete(f"/auth/passkeys/{key.passkey_id}"))
            assert gone.result().status == 200 and used.result().status in (200, 401)


class TestRemove:
    def test_gone(self, user, device, add, anonymous):
        key = add(user)
        user.delete(f"/auth/passkeys/{key.passkey_id}", expect=200)
        sign_in(anonymous, device.get(ask(anonymous), key), expect=401)
        user.delete(f"/auth/passkeys/{key.passkey_id}", expect=404)

    def test_of_somebody_else(self, user, add, new_user):
        key = add(user)
        new_user().delete(f"/auth/passkeys/{key.passkey_id}", expect=404)

    def test_last_way_in(self, stack, user, add):
        key = add(user)
        stack.db("UPDATE users SET password_hash = NULL WHERE user_id = ?", user.me["user_id"])
        assert user.delete(f"/auth/passkeys/{key.passkey_id}", expect=409).code == "WALL_LAST_WAY_IN"
        other = add(user)
        user.delete(f"/auth/passkeys/{key.passkey_id}", expect=200)
        user.delete(f"/auth/passkeys/{other.passkey_id}", expect=409)

    def test_both_last_ways_at_once(self, stack, user, add):
        keys = [add(user) for _ in range(4)]
        stack.db("UPDATE users SET password_hash = NULL WHERE user_id = ?", user.me["user_id"])
        with ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(lambda key: user.as_bearer().delete(f"/auth/passkeys/{key.passkey_id}"), keys))
        assert sorted(answer.status for answer in answers) == [200, 200, 200, 409]


class TestRegister:
    @staticmethod
    def visitor(stack, contract, face):
        """Of the same site with other settings."""
        return Client(stack, contract, base_url=stack.faces[face])

    def body(self, client, device, **wrong):
        name = "p" + os.urandom(5).hex()
        options = client.post("/auth/passkeys/newcomer", {"username": name}, expect=200).data
        made, key = device.create(options, **wrong)
        return {"username": name, "email": f"{name}@example.org", "passkey": made}, key

    def test_without_a_password(self, stack, contract, device, anonymous):
        body, key = self.body(anonymous, device)
        answer = anonymous.post("/auth/register", body, expect=201)
        assert answer.data["user"]["username"] == body["username"]
        assert stack.db("SELECT password_hash FROM users WHERE username = ?", body["username"])[0]["password_hash"] is None
        again = Client(stack, contract)
        assert sign_in(again, device.get(ask(again), key)).data["user"]["username"] == body["username"]
        again.post("/auth/login", {"login": body["username"], "password": "correct horse battery"}, headers={"X-CSRF-Token": None},
                   expect=401)
        listed = again.get("/auth/factors").data["passkeys"]
        assert again.delete(f"/auth/passkeys/{listed[0]['passkey_id']}", expect=409).code == "WALL_LAST_WAY_IN"

    def test_one_of_both(self, device, anonymous):
        body, _ = self.body(anonymous, device)
        anonymous.post("/auth/register", {**body, "password": "correct horse battery"}, expect=422)
        del body["passkey"]
        assert "password" in anonymous.post("/auth/register", body, expect=422).details

    def test_refused_leaves_no_account(self, stack, device, anonymous):
        body, _ = self.body(anonymous, device, origin="https://evil.example")
        anonymous.post("/auth/register", body, expect=401)
        assert not stack.db("SELECT 1 AS one FROM users WHERE username = ?", body["username"])

    def test_address_first(self, stack, contract, device, mailbox):
        visitor = self.visitor(stack, contract, "first")
        body, key = self.body(visitor, device)
        assert visitor.post("/auth/register", body, expect=201).data["pending"] == "email"
        assert not stack.db("SELECT 1 AS one FROM users WHERE username = ?", body["username"])
        assert sign_in(visitor, device.get(ask(visitor), key), expect=403).code == "WALL_EMAIL_UNCONFIRMED"
        token = mailbox(body["email"]).wait("Confirm").token
        assert visitor.post("/auth/verify-email", {"token": token}, expect=200).data["result"] == "opened"
        me = sign_in(visitor, device.get(ask(visitor), key)).data["user"]
        assert me["username"] == body["username"]
        rows = stack.db("SELECT passkey_handle, password_hash FROM users WHERE user_id = ?", me["user_id"])
        assert rows == [{"passkey_handle": key.handle, "password_hash": None}]
        assert stack.number("SELECT COUNT(*) FROM registration_passkeys WHERE passkey_handle = ?", key.handle) == 0

    def test_address_first_refused(self, stack, contract, user, device, add):
        theirs = add(user)
        visitor = self.visitor(stack, contract, "first")
        body, _ = self.body(visitor, device, origin="https://evil.example")
        visitor.post("/auth/register", body, expect=401)
        body, _ = self.body(visitor, device, key=theirs)
        assert visitor.post("/auth/register", body, expect=409).code == "WALL_DUPLICATE"
        assert not stack.db("SELECT 1 AS one FROM registrations WHERE username = ?", body["username"])

    def test_address_first_credential_taken_meanwhile(self, stack, contract, device, user, mailbox):
        visitor = self.visitor(stack, contract, "first")
        body, key = self.body(visitor, device)
        visitor.post("/auth/register", body, expect=201)
        stack.db("INSERT INTO passkeys (user_id, credential_hash, credential_id, public_key, algorithm, display_name) VALUES "
                 "(?, ?, 'x', 'x', -7, 'x')", user.me["user_id"], hashlib.sha256(key.id).hexdigest())
        token = mailbox(body["email"]).wait("Confirm").token
        visitor.post("/auth/verify-email", {"token": token}, expect=410)
        assert not stack.db("SELECT 1 AS one FROM users WHERE username = ?", body["username"])

    def test_by_approval(self, stack, contract, device, new_user):
        visitor = self.visitor(stack, contract, "approval")
        body, key = self.body(visitor, device)
        assert visitor.post("/auth/register", body, expect=201).data["pending"] == "approval"
        assert sign_in(visitor, device.get(ask(visitor), key), expect=403).code == "WALL_AWAITING_APPROVAL"
        admin = new_user().become()
        user_id = stack.number("SELECT user_id FROM users WHERE username = ?", body["username"])
        admin.post(f"/admin/approvals/{user_id}", {"decision": "approve"}, expect=200)
        assert sign_in(visitor, device.get(ask(visitor), key)).data["user"]["username"] == body["username"]

    def test_by_invitation(self, stack, contract, device, user):
        code = user.post("/invitations", {"note": "Grace"}, expect=201).data["code"]
        visitor = self.visitor(stack, contract, "invite")
        body, key = self.body(visitor, device)
        visitor.post("/auth/register", body, expect=422)
        body, key = self.body(visitor, device)
        visitor.post("/auth/register", {**body, "invitation": code}, expect=201)
        again = self.visitor(stack, contract, "invite")
        assert sign_in(again, device.get(ask(again), key)).data["user"]["username"] == body["username"]

    def test_forgotten_passkey(self, stack, device, anonymous, mailbox):
        """Whose only device is lost comes back by mail."""
        body, _ = self.body(anonymous, device)
        anonymous.post("/auth/register", body, expect=201)
        anonymous.post("/auth/reset-password", {"login": body["username"]}, expect=200)
        token = mailbox(body["email"]).wait("password").token
        anonymous.post("/auth/reset-password/confirm", {"token": token, "password": "four walls and a door"}, expect=200)
        anonymous.login(body["username"], "four walls and a door")

    def test_credential_of_somebody_else(self, user, add, device, anonymous):
        key = add(user)
        body, _ = self.body(anonymous, device, key=key)
        assert anonymous.post("/auth/register", body, expect=409).code == "WALL_DUPLICATE"
