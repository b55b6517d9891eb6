# SPDX-License-Identifier: Apache-2.0
"""Signing in beyond the password: confirming, second factors."""

import base64
import hashlib
import hmac
import re
import struct
import time
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import parse_qs, unquote, urlsplit
from xml.etree import ElementTree

import pytest

from tests.stack.client import Client, From


def code_of(secret, offset=0):
    """The code of RFC 6238 for now, or so many steps away."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", int(time.time()) // 30 + offset), hashlib.sha1).digest()
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at:at + 4])[0] & 0x7fffffff) % 10 ** 6:06d}"


def early():
    """Waits until a time step has begun, so that it does not end between two requests."""
    left = 30 - time.time() % 30
    if left < 8:
        time.sleep(left + 0.1)


class Protected:
    """A user with two-step sign-in: secret, recovery codes. The step of enrolment is used up."""

    def __init__(self, user):
        self.user = user
        self.secret = user.post("/auth/totp", expect=200).data["secret"]
        early()
        self.codes = user.post("/auth/totp/confirm", {"code": code_of(self.secret, -1)},
                               expect=200).data["recovery_codes"]

    def begin(self, client, **more):
        answer = client.post("/auth/login", {"login": self.user.me["username"], "password": self.user.password, **more},
                             expect=200)
        assert answer.data["user"] is None and answer.data["session_token"] is None
        assert answer.cookie("wall-second") and not answer.cookie()
        return answer.data["second_factor"]["token"]


@pytest.fixture
def protected(new_user):
    return Protected(new_user())


def age(stack, user):
    """Seconds since the session was confirmed."""
    rows = stack.db("SELECT TIMESTAMPDIFF(SECOND, confirmed_at, NOW(6)) AS age FROM sessions WHERE user_id = ?",
                    user.me["user_id"])
    return int(rows[0]["age"])


class TestConfirm:
    def test_a_fresh_session_is_confirmed(self, stack, user):
        assert age(stack, user) < 60

    def test_password(self, stack, user):
        user.confirmed_before(minutes=11)
        assert age(stack, user) >= 660
        user.confirm()
        assert age(stack, user) < 60

    def test_wrong_password(self, stack, user):
        user.confirmed_before(minutes=11)
        answer = user.post("/auth/confirm", {"password": "not my password"}, expect=401)
        assert answer.code == "WALL_BAD_CREDENTIALS" and answer.details == {"password": "This is not your password."}
        assert age(stack, user) >= 660

    def test_of_nobody_else(self, stack, new_user):
        mine, other = new_user(), new_user()
        mine.confirmed_before(minutes=11)
        other.confirm()
        assert age(stack, mine) >= 660

    def test_nothing_given(self, user):
        assert "password" in user.post("/auth/confirm", {}, expect=422).details

    def test_one_of_them(self, user):
        assert user.post("/auth/confirm", {"password": "x", "code": "123456"}, expect=422).code == "WALL_VALIDATION"

    def test_code(self, stack, protected):
        early()
        user = protected.user
        user.confirmed_before(minutes=11)
        assert user.post("/auth/recovery-codes", expect=403).details == {"password": 1, "code": 1}
        code = code_of(protected.secret)
        user.post("/auth/confirm", {"code": code}, expect=200)
        user.post("/auth/recovery-codes", expect=200)
        answer = user.post("/auth/confirm", {"code": code}, expect=401)
        assert answer.details["code"] == "This code is not right, or it was used already."

    def test_passwords_are_bounded_per_session(self, stack, strict, user, new_user):
        """From however many addresses; another session of the same person is not kept out."""
        stack.redis("FLUSHALL")
        answers = []
        for number in range(11):
            thief = user.as_bearer()
            thief.base_url = strict
            thief.http.mount("http://", From(f"127.0.0.{10 + number}"))
            answers.append(thief.post("/auth/confirm", {"password": "not my password"}))
        assert [answer.code for answer in answers] == ["WALL_BAD_CREDENTIALS"] * 10 + ["WALL_RATE_LIMITED"]
        assert answers[-1].message.startswith("Too many passwords were tried.")
        user.login(user.me["username"])
        user.base_url = strict
        user.confirm()
        stack.redis("FLUSHALL")

    def test_session_ended_meanwhile(self, stack, user):
        user.confirmed_before(minutes=11)
        user.get("/users/me", expect=200)
        stack.db("DELETE FROM sessions WHERE user_id = ?", user.me["user_id"])
        assert user.post("/auth/totp", expect=401).code == "WALL_UNAUTHENTICATED"


class TestEnrol:
    def test_start(self, stack, user):
        data = user.post("/auth/totp", expect=200).data
        assert re.fullmatch("[A-Z2-7]{32}", data["secret"])
        uri = urlsplit(data["otpauth_uri"])
        assert (uri.scheme, uri.netloc) == ("otpauth", "totp")
        host = urlsplit(stack.base_url).netloc
        assert unquote(uri.path) == f"/{host}:{user.me['username']}"
        assert parse_qs(uri.query) == {"secret": [data["secret"]], "issuer": [host], "algorithm": ["SHA1"],
                                       "digits": ["6"], "period": ["30"]}
        svg = ElementTree.fromstring(data["qr_svg"])
        assert svg.get("role") == "img" and svg.get("aria-label") == "QR code for your authenticator app"
        rows = stack.db("SELECT secret FROM user_totp WHERE user_id = ?", user.me["user_id"])
        assert data["secret"] not in rows[0]["secret"] and len(rows[0]["secret"]) == 80

    def test_not_asked_for_before_it_is_confirmed(self, user):
        user.post("/auth/totp", expect=200)
        user.login(user.me["username"])
        assert user.get("/auth/factors").data == {"password": True, "totp": False, "recovery_codes_left": 0,
                                                  "passkeys": []}

    def test_confirm(self, user):
        first = user.post("/auth/totp", expect=200).data["secret"]
        second = user.post("/auth/totp", expect=200).data["secret"]
        early()
        assert "code" in user.post("/auth/totp/confirm", {"code": code_of(first)}, expect=422).details
        typed = code_of(second)
        codes = user.post("/auth/totp/confirm", {"code": f" {typed[:3]} {typed[3:]} "}, expect=200).data["recovery_codes"]
        assert len(set(codes)) == 10
        assert all(re.fullmatch("([0-9a-hjkmnp-tv-z]{4}-){3}[0-9a-hjkmnp-tv-z]{4}", code) for code in codes)
        assert user.get("/auth/factors").data["recovery_codes_left"] == 10
        assert user.post("/auth/totp", expect=409).message == "Two-step sign-in is on already."
        assert user.post("/auth/totp/confirm", {"code": code_of(second, 1)}, expect=409).code == "WALL_CONFLICT"

    def test_confirm_nothing(self, user):
        assert user.post("/auth/totp/confirm", {"code": "123456"}, expect=409).code == "WALL_CONFLICT"

    def test_secret_of_another_row_does_not_open(self, stack, protected, new_user):
        """Copying a secret to another account, in the database, gives nobody a second factor they know."""
        other = new_user()
        window = stack.expect_log("WALL.*00550|secure|TOTP secret")
        stack.db("INSERT INTO user_totp (user_id, secret, confirmed_at) SELECT ?, secret, NOW(6) FROM user_totp "
                 "WHERE user_id = ?", other.me["user_id"], protected.user.me["user_id"])
        other.post("/auth/confirm", {"code": code_of(protected.secret)}, expect=500)
        stack.close_window(window)

    def test_remove(self, stack, protected):
        user = protected.user
        user.delete("/auth/totp", expect=200)
        assert user.get("/auth/factors").data["totp"] is False
        assert not stack.db("SELECT 1 AS one FROM recovery_codes WHERE user_id = ?", user.me["user_id"])
        user.login(user.me["username"])
        user.delete("/auth/totp", expect=200)


class TestSecondStep:
    def test_code(self, protected, anonymous):
        early()
        token = protected.begin(anonymous)
        answer = anonymous.post("/auth/second-factor", {"token": token, "code": code_of(protected.secret)}, expect=200)
        assert answer.data["second_factor"] is None
        assert answer.data["user"]["username"] == protected.user.me["username"]
        anonymous.get("/users/me", expect=200)

    def test_token_in_a_cookie(self, protected, anonymous):
        token = protected.begin(anonymous)
        assert anonymous.http.cookies["wall-second"] == token
        assert anonymous.post("/auth/passkeys/challenge", {"purpose": "second_factor"}, expect=200).data["allow"] == []
        anonymous.post("/auth/second-factor", {"recovery_code": protected.codes[0]}, expect=200)
        assert "wall-second" not in anonymous.http.cookies
        anonymous.get("/users/me", expect=200)

    def test_remember_goes_with_it(self, protected, anonymous):
        token = protected.begin(anonymous, remember=True)
        answer = anonymous.post("/auth/second-factor", {"token": token, "recovery_code": protected.codes[0]}, expect=200)
        assert "Max-Age=2592000" in answer.cookie()

    def test_methods(self, protected, anonymous):
        answer = anonymous.post("/auth/login", {"login": protected.user.me["username"],
                                                "password": protected.user.password})
        assert answer.data["second_factor"]["methods"] == ["code", "recovery_code"]

    def test_no_code_twice(self, stack, contract, protected, anonymous):
        early()
        code = code_of(protected.secret)
        anonymous.post("/auth/second-factor", {"token": protected.begin(anonymous), "code": code}, expect=200)
        again = Client(stack, contract)
        answer = again.post("/auth/second-factor", {"token": protected.begin(again), "code": code}, expect=401)
        assert answer.code == "WALL_BAD_CREDENTIALS" and answer.details["tries_left"] == 4
        earlier = code_of(protected.secret, -1)
        again.post("/auth/second-factor", {"token": protected.begin(again), "code": earlier}, expect=401)

    def test_one_code_by_many_at_once(self, stack, contract, protected):
        early()
        code = code_of(protected.secret)
        clients = [Client(stack, contract) for _ in range(6)]
        tokens = [protected.begin(client) for client in clients]
        with ThreadPoolExecutor(6) as pool:
            answers = list(pool.map(lambda i: clients[i].post("/auth/second-factor", {"token": tokens[i], "code": code}),
                                    range(6)))
        assert sorted(answer.status for answer in answers) == [200] + 5 * [401]

    def test_one_token_by_many_at_once(self, stack, contract, protected, anonymous):
        token = protected.begin(anonymous)
        with ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(lambda code: Client(stack, contract).post(
                "/auth/second-factor", {"token": token, "recovery_code": code}), protected.codes[:4]))
        assert sorted(answer.status for answer in answers) == [200] + 3 * [401]
        assert protected.user.get("/auth/factors").data["recovery_codes_left"] == 9

    def test_five_tries(self, protected, anonymous):
        early()
        token = protected.begin(anonymous)
        for left in (4, 3, 2, 1, 0):
            answer = anonymous.post("/auth/second-factor", {"token": token, "code": "000000"}, expect=401)
            assert (answer.code, answer.details["tries_left"]) == ("WALL_BAD_CREDENTIALS", left)
        answer = anonymous.post("/auth/second-factor", {"token": token, "code": code_of(protected.secret)}, expect=401)
        assert answer.code == "WALL_SIGN_IN_OVER"
        anonymous.post("/auth/second-factor", {"token": protected.begin(anonymous), "code": code_of(protected.secret)},
                       expect=200)

    def test_five_minutes(self, stack, protected, anonymous):
        token = protected.begin(anonymous)
        stack.db("UPDATE sign_ins SET expires_at = NOW(6) - INTERVAL 1 SECOND WHERE user_id = ?",
                 protected.user.me["user_id"])
        answer = anonymous.post("/auth/second-factor", {"token": token, "recovery_code": protected.codes[0]}, expect=401)
        assert answer.code == "WALL_SIGN_IN_OVER"

    def test_token_of_nobody(self, anonymous):
        answer = anonymous.post("/auth/second-factor", {"token": "A" * 43, "code": "123456"}, expect=401)
        assert answer.code == "WALL_SIGN_IN_OVER"

    def test_code_of_somebody_else(self, protected, new_user, anonymous):
        early()
        other = Protected(new_user())
        token = protected.begin(anonymous)
        anonymous.post("/auth/second-factor", {"token": token, "code": code_of(other.secret)}, expect=401)
        anonymous.post("/auth/second-factor", {"token": token, "recovery_code": other.codes[0]}, expect=401)

    def test_exactly_one(self, protected, anonymous):
        token = protected.begin(anonymous)
        anonymous.post("/auth/second-factor", {"token": token}, expect=422)
        anonymous.post("/auth/second-factor", {"token": token, "code": "1", "recovery_code": "2"}, expect=422)

    def test_steps_outside_the_window(self, stack, protected, anonymous):
        early()
        stack.db("UPDATE user_totp SET last_step = 0 WHERE user_id = ?", protected.user.me["user_id"])
        token = protected.begin(anonymous)
        for offset in (-2, 2):
            anonymous.post("/auth/second-factor", {"token": token, "code": code_of(protected.secret, offset)}, expect=401)
        anonymous.post("/auth/second-factor", {"token": token, "code": code_of(protected.secret, 1)}, expect=200)

    def test_guesses_are_bounded_per_account(self, stack, contract, strict, protected, anonymous):
        """From however many addresses and with however many tokens."""
        stack.redis("FLUSHALL")  # enrolling took one
        codes = []
        for _ in range(4):
            token = protected.begin(anonymous)
            client = Client(stack, contract)
            client.base_url = strict
            codes += [client.post("/auth/second-factor", {"token": token, "code": "000000"}).code for _ in range(3)]
        assert codes == ["WALL_BAD_CREDENTIALS"] * 10 + ["WALL_RATE_LIMITED"] * 2
        # Whoever used them up does not keep the owner out.
        client.post("/auth/second-factor", {"token": protected.begin(anonymous), "recovery_code": protected.codes[0]},
                    expect=200)
        stack.redis("FLUSHALL")

    def test_wrong_ones_are_in_the_history(self, protected, anonymous):
        token = protected.begin(anonymous)
        anonymous.post("/auth/second-factor", {"token": token, "code": "000000"}, expect=401)
        last = protected.user.get("/users/me/logins", expect=200).data["items"][0]
        assert (last["outcome"], last["sign_in_method"]) == ("wrong_second_factor", "password")

    def test_ends_with_all_sessions(self, protected, anonymous):
        """Who was half way in with the old password is not let in any more."""
        token = protected.begin(anonymous)
        protected.user.post("/users/me/password", {"password": "four walls and a door"}, expect=200)
        answer = anonymous.post("/auth/second-factor", {"token": token, "recovery_code": protected.codes[0]}, expect=401)
        assert answer.code == "WALL_SIGN_IN_OVER"

    def test_ended_sessions_and_second_step_at_once(self, stack, contract, protected):
        """Either it never begins, or it is ended with the others."""
        for code in protected.codes[:6]:
            visitor = Client(stack, contract)
            token = protected.begin(visitor)
            with ThreadPoolExecutor(2) as pool:
                begun = pool.submit(lambda: visitor.post("/auth/second-factor", {"token": token, "recovery_code": code}))
                ended = pool.submit(lambda: protected.user.as_bearer().post("/users/me/sessions/revoke-others"))
            assert ended.result().status == 200 and begun.result().status in (200, 401)
            assert stack.number("SELECT COUNT(*) FROM sign_ins WHERE user_id = ?", protected.user.me["user_id"]) == 0
            if begun.result().status == 200:
                continue
            visitor.get("/users/me", expect=401)

    def test_turned_off_meanwhile(self, protected, anonymous):
        token = protected.begin(anonymous)
        protected.user.delete("/auth/totp", expect=200)
        for proof in ({"code": code_of(protected.secret)}, {"recovery_code": protected.codes[0]}):
            anonymous.post("/auth/second-factor", {"token": token, **proof}, expect=401)


class TestRecoveryCodes:
    def test_each_once_as_people_type_it(self, protected, anonymous):
        typed = protected.codes[3].upper().replace("-", " ").replace("0", "O").replace("1", "l")
        anonymous.post("/auth/second-factor", {"token": protected.begin(anonymous), "recovery_code": typed}, expect=200)
        assert protected.user.get("/auth/factors").data["recovery_codes_left"] == 9
        answer = anonymous.post("/auth/second-factor", {"token": protected.begin(anonymous),
                                                        "recovery_code": protected.codes[3]}, expect=401)
        assert "recovery_code" in answer.details

    def test_not_in_the_database(self, stack, protected):
        rows = stack.db("SELECT code_hash FROM recovery_codes WHERE user_id = ?", protected.user.me["user_id"])
        assert len(rows) == 10
        plain = [code.replace("-", "") for code in protected.codes]
        bare = {hashlib.sha256(code.encode()).hexdigest() for code in plain + protected.codes}
        assert not bare & {row["code_hash"] for row in rows}

    def test_renew(self, protected, anonymous):
        fresh = protected.user.post("/auth/recovery-codes", expect=200).data["recovery_codes"]
        assert not set(fresh) & set(protected.codes)
        token = protected.begin(anonymous)
        anonymous.post("/auth/second-factor", {"token": token, "recovery_code": protected.codes[0]}, expect=401)
        anonymous.post("/auth/second-factor", {"token": token, "recovery_code": fresh[0]}, expect=200)

    def test_none_without_the_app(self, user):
        assert user.post("/auth/recovery-codes", expect=409).message == "Two-step sign-in is not on."

    def test_by_two_at_once(self, stack, contract, protected):
        clients = [Client(stack, contract) for _ in range(4)]
        tokens = [protected.begin(client) for client in clients]
        with ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(lambda i: clients[i].post(
                "/auth/second-factor", {"token": tokens[i], "recovery_code": protected.codes[0]}), range(4)))
        assert sorted(answer.status for answer in answers) == [200] + 3 * [401]
