# SPDX-License-Identifier: Apache-2.0
"""Registering, signing in and out, and what is kept of a session."""

import hashlib
import subprocess
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.stack import same_time
from tests.stack.client import Client

PASSWORD = "correct horse battery"


def name():
    return "u" + uuid.uuid4().hex[:12]


def form(username=None, **more):
    username = username or name()
    return {"username": username, "email": f"{username}@example.org", "password": PASSWORD, **more}


def forget(stack, token):
    """Takes a session out of both caches, so that the next request reads the row."""
    stack.redis("DEL", f"wall:wall:session:{hashlib.sha256(token.encode()).hexdigest()}")
    time.sleep(1.1)


# ---- register ------------------------------------------------------------------------------------
def test_register_makes_user_wall_bricks_and_session(stack, anonymous):
    body = form(display_name="  Ada 🧱 Lovelace ")
    answer = anonymous.post("/auth/register", body, expect=201)
    me = answer.data["user"]
    assert me["username"] == me["wall"]["wall_slug"] == body["username"]
    assert me["display_name"] == me["wall"]["display_name"] == "Ada 🧱 Lovelace"
    assert me["email"] == body["email"]
    assert (me["role"], me["is_premium"]) == ("user", False)
    assert me["bricks"] == {"available": 500, "held": 0}
    assert anonymous.get("/users/me", expect=200).data == me
    wall = anonymous.get(f"/walls/{body['username']}", expect=200).data
    assert wall["wall_id"] == me["wall"]["wall_id"]
    assert (wall["kind"], wall["privacy_level"], wall["may_post"]) == ("personal", "public", True)
    assert stack.number("SELECT SUM(e.amount) FROM bricks_entries e JOIN bricks_transactions t "
                        "ON t.transaction_id = e.transaction_id WHERE t.user_id = ?",
                        me["user_id"]) == 0
    stored = stack.value("SELECT password_hash FROM users WHERE user_id = ?", me["user_id"])
    assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")


def test_register_cookie(anonymous):
    answer = anonymous.post("/auth/register", form(), expect=201)
    cookie = answer.cookie()
    parts = [part.strip().lower() for part in cookie.split(";")]
    assert parts[0] == "wall=" + answer.data["session_token"].lower()
    assert "httponly" in parts and "samesite=lax" in parts and "path=/" in parts
    assert not any(part.startswith(("max-age", "expires", "domain")) for part in parts)


def test_register_display_name_falls_back_to_username(new_user):
    user = new_user()
    assert user.me["display_name"] == user.me["username"]


def test_register_lowers_the_username(anonymous):
    wanted = name()
    answer = anonymous.post("/auth/register", form(wanted.upper()), expect=201)
    assert answer.data["user"]["username"] == wanted


@pytest.mark.parametrize("field, value", [
    ("username", "ab"), ("username", "a" * 31), ("username", "1ada"), ("username", "ada.l"),
    ("username", "адa"), ("username", "ada love"), ("username", ""), ("username", None), ("username", 7),
    ("username", "admin"), ("username", "Admin"), ("username", "wall"), ("username", "null"),
    ("username", "bricks"), ("username", "moderator"), ("username", "settings"),
    ("email", "ada"), ("email", "@example.org"), ("email", "ada@"), ("email", "a b@example.org"),
    ("email", "ada@example.org\nBcc: x@example.org"), ("email", None),
    ("email", "a" * 64 + "@" + ".".join(["b" * 60] * 4)),
    ("password", "short pwd"), ("password", "x" * 129), ("password", None), ("password", 1234567890),
    ("password", "Password123"), ("password", "QWERTYUIOP"), ("password", "administrator"),
    ("display_name", ""), ("display_name", "   "), ("display_name", "n" * 101),
    ("display_name", "two\nlines"), ("display_name", "back\u202ewards"),
    ("is_admin", True),
])
def test_register_names_the_field_at_fault(stack, anonymous, field, value):
    body = form()
    body[field] = value
    answer = anonymous.post("/auth/register", body, expect=422)
    assert answer.code == "WALL_VALIDATION"
    assert list(answer.details) == [field]
    assert stack.number("SELECT COUNT(*) FROM users WHERE email = ?", f"{body['email']}") == 0


@pytest.mark.parametrize("field", ["username", "email", "password"])
def test_register_requires(anonymous, field):
    body = form()
    del body[field]
    assert list(anonymous.post("/auth/register", body, expect=422).details) == [field]


def test_register_collects_all_problems(anonymous):
    answer = anonymous.post("/auth/register", {"username": "x", "email": "y", "password": "z", "w": 1},
                            expect=422)
    assert set(answer.details) == {"username", "email", "password", "w"}


def test_register_password_may_not_contain_who_one_is(anonymous):
    who = name()
    for password in (f"my {who.upper()} wall", f"the Mail.{who} word"):
        body = form(who, email=f"mail.{who}@example.org", password=password)
        answer = anonymous.post("/auth/register", body, expect=422)
        assert list(answer.details) == ["password"]
    body = form(email=f"{who}@example.org", password=f"...{who}...")
    assert list(anonymous.post("/auth/register", body, expect=422).details) == ["password"]


def test_register_reserved_name_and_common_password_are_both_said(anonymous):
    answer = anonymous.post("/auth/register", form("root", password="password123"), expect=422)
    assert set(answer.details) == {"username", "password"}


@pytest.mark.parametrize("more", [
    {"username": "z" + uuid.uuid4().hex[:29]}, {"password": "🧱" * 128}, {"password": "ten chars!"},
    {"password": "  leading and trailing  "}, {"display_name": "ñ" * 100},
    {"email": uuid.uuid4().hex * 2 + "@" + ".".join(["b" * 60] * 3) + ".org"},
])
def test_register_takes_the_exact_limits(stack, contract, more):
    client = Client(stack, contract)
    me = client.register(**more)
    for field in ("username", "display_name", "email"):
        assert more.get(field, me[field]) == me[field]
    Client(stack, contract).login(me["username"], client.password)


def test_register_shortest_username(stack, contract):
    taken = {row["username"] for row in stack.db("SELECT username FROM users WHERE LENGTH(username) = 3")}
    free = next(n for n in ("q%02d" % i for i in range(100)) if n not in taken)
    assert Client(stack, contract).register(free)["username"] == free


def test_register_taken(new_user, anonymous):
    me = new_user().me
    answer = anonymous.post("/auth/register", form(me["username"].upper()), expect=409)
    assert answer.code == "WALL_USERNAME_TAKEN" and list(answer.details) == ["username"]
    answer = anonymous.post("/auth/register", form(email=me["email"].upper()), expect=409)
    assert answer.code == "WALL_EMAIL_TAKEN" and list(answer.details) == ["email"]


def test_register_the_address_of_another_wall_is_taken(stack, anonymous, user):
    slug = name()
    stack.db("INSERT INTO walls (user_id, kind, wall_slug, display_name) VALUES (?, 'group', ?, 'G')",
             user.me["user_id"], slug)
    assert anonymous.post("/auth/register", form(slug), expect=409).code == "WALL_USERNAME_TAKEN"
    assert stack.number("SELECT COUNT(*) FROM users WHERE username = ?", slug) == 0


def test_register_two_at_once(stack, contract):
    body = form()

    def register(number):
        mine = {**body, "email": f"{number}{body['email']}"}
        return Client(stack, contract).post("/auth/register", mine)

    with ThreadPoolExecutor(2) as pool:
        answers = sorted(pool.map(register, (1, 2)), key=lambda a: a.status)
    assert [a.status for a in answers] == [201, 409]
    assert answers[1].code == "WALL_USERNAME_TAKEN"
    assert stack.number("SELECT COUNT(*) FROM users WHERE username = ?", body["username"]) == 1
    user_id = answers[0].data["user"]["user_id"]
    assert stack.number("SELECT COUNT(*) FROM bricks_transactions WHERE user_id = ?", user_id) == 1


@pytest.mark.expect_log(r"no bonus today|register: WALL_INTERNAL")
def test_register_leaves_nothing_when_the_bonus_fails(stack, anonymous):
    body = form()
    tables = ("users", "walls", "sessions", "bricks_accounts", "bricks_transactions", "bricks_entries")
    before = {t: stack.number(f"SELECT COUNT(*) FROM {t}") for t in tables}
    stack.db("CREATE TRIGGER no_bonus BEFORE INSERT ON bricks_entries FOR EACH ROW "
             "SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'no bonus today'")
    try:
        # Without the contract: a 500 is declared everywhere and counted as a thing nobody can provoke.
        answer = Client(stack, None).post("/auth/register", body, expect=500)
    finally:
        stack.db("DROP TRIGGER no_bonus")
    assert answer.code == "WALL_INTERNAL" and "bonus" not in answer.body.decode()
    assert "Set-Cookie" not in answer.headers
    assert {t: stack.number(f"SELECT COUNT(*) FROM {t}") for t in tables} == before
    anonymous.post("/auth/register", body, expect=201)


# ---- login ---------------------------------------------------------------------------------------
def test_login_by_name_and_by_mail(stack, contract, user):
    for login in (user.me["username"], user.me["username"].upper(), user.me["email"],
                  user.me["email"].upper(), f" {user.me['username']} "):
        me = Client(stack, contract).login(login, PASSWORD)
        assert me["user_id"] == user.me["user_id"]
        assert me["csrf_token"] != user.me["csrf_token"]


def test_login_remember(stack, contract, user):
    client = Client(stack, contract)
    body = {"login": user.me["username"], "password": PASSWORD}
    for remember, days in ((True, 30), (False, 1)):
        answer = client.post("/auth/login", {**body, "remember": remember}, expect=200)
        left = stack.number("SELECT TIMESTAMPDIFF(SECOND, NOW(6), expires_at) FROM sessions "
                            "WHERE token_hash = SHA2(?, 256)", answer.data["session_token"])
        assert days * 86400 - 30 < left <= days * 86400
        cookie = answer.cookie().lower()
        assert ("max-age=2592000" in cookie) == remember
        assert ("max-age" in cookie) == remember


@pytest.mark.parametrize("login", ["nobody-here", "nobody@example.org", "нет", "🧱@example.org", "' OR 1=1 -- ",
                                   "%", "a" * 254])
def test_login_unknown(anonymous, login):
    answer = anonymous.post("/auth/login", {"login": login, "password": PASSWORD}, expect=401)
    assert answer.code == "WALL_BAD_CREDENTIALS" and not answer.details
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("body, field", [
    ({"login": "ada"}, "password"), ({"password": PASSWORD}, "login"),
    ({"login": "", "password": PASSWORD}, "login"), ({"login": "x" * 255, "password": PASSWORD}, "login"),
    ({"login": "ada", "password": ""}, "password"), ({"login": "ada", "password": "x" * 129}, "password"),
    ({"login": "ada", "password": PASSWORD, "remember": "yes"}, "remember"),
    ({"login": "ada", "password": PASSWORD, "admin": 1}, "admin"),
])
def test_login_names_the_field_at_fault(anonymous, body, field):
    assert list(anonymous.post("/auth/login", body, expect=422).details) == [field]


def test_login_known_and_unknown_are_alike(anonymous, user):
    """The same words and the same time, so that nobody learns who has an account here."""
    wrong = {"password": "this is not the password"}
    logins = {"known": user.me["username"], "unknown": name(), "mail": f"{name()}@example.org"}
    said = {}

    def attempt(key):
        answer = anonymous.post("/auth/login", {"login": logins[key], **wrong}, expect=401)
        answer.error.pop("request_id")
        said[key] = answer.json

    same_time({key: lambda key=key: attempt(key) for key in logins})
    assert said["known"] == said["unknown"] == said["mail"]


def test_login_of_a_closed_account(stack, contract, new_user):
    user = new_user()
    stack.db("UPDATE users SET account_state = 'suspended' WHERE user_id = ?", user.me["user_id"])
    login = {"login": user.me["username"], "password": PASSWORD}
    assert Client(stack, contract).post("/auth/login", login, expect=403).code == "WALL_SUSPENDED"
    # Only who knows the password learns of it.
    wrong = Client(stack, contract).post("/auth/login", {**login, "password": "not the password"}, expect=401)
    assert wrong.code == "WALL_BAD_CREDENTIALS"
    forget(stack, user.token)
    assert user.get("/users/me", expect=401).code == "WALL_UNAUTHENTICATED"


def test_login_raises_an_old_hash(stack, contract, user):
    # A hash with 8 MiB and t=1 of the same password, as an older version may have left it.
    old = ("$argon2id$v=19$m=8192,t=1,p=1$KjrbGEDnVqL6Dr7XMK2DZQ"
           "$L+d3iobDFueDqQHlTfEmLECQRp6opRJg7N+u68qbifQ")
    stack.db("UPDATE users SET password_hash = ? WHERE user_id = ?", old, user.me["user_id"])
    Client(stack, contract).login(user.me["username"], PASSWORD)
    stored = stack.value("SELECT password_hash FROM users WHERE user_id = ?", user.me["user_id"])
    assert "m=19456,t=2" in stored
    Client(stack, contract).login(user.me["username"], PASSWORD)


# ---- sessions ------------------------------------------------------------------------------------
def test_session_by_cookie_and_by_bearer(user):
    assert user.as_bearer().get("/users/me", expect=200).data == user.get("/users/me", expect=200).data


@pytest.mark.parametrize("token", ["", "x", "A" * 43, "A" * 44, "../../etc/passwd", "é" * 43])
def test_session_of_a_made_up_token(anonymous, token):
    answer = anonymous.get("/users/me", headers={"Authorization": f"Bearer {token}".encode()}, expect=401)
    assert answer.code == "WALL_UNAUTHENTICATED"


def test_session_with_one_letter_changed(user):
    other = user.as_bearer()
    other.token = other.token[:-2] + ("A" if other.token[-2] != "A" else "B") + other.token[-1]
    other.get("/users/me", expect=401)


def test_session_survives_the_loss_of_redis_data(stack, user):
    stack.redis("FLUSHALL")
    time.sleep(1.1)
    user.get("/users/me", expect=200)


@pytest.mark.parametrize("change", [
    "expires_at = NOW(6) - INTERVAL 1 SECOND", "last_activity_at = NOW(6) - INTERVAL 15 DAY"])
def test_session_ends_by_itself(stack, user, change):
    stack.db(f"UPDATE sessions SET {change} WHERE user_id = ?", user.me["user_id"])
    forget(stack, user.token)
    assert user.get("/users/me", expect=401).code == "WALL_UNAUTHENTICATED"


def test_session_expiry_holds_in_the_caches(stack, user):
    stack.db("UPDATE sessions SET expires_at = NOW(6) + INTERVAL 3 SECOND WHERE user_id = ?",
             user.me["user_id"])
    forget(stack, user.token)
    user.get("/users/me", expect=200)
    time.sleep(2.2)
    user.get("/users/me", expect=401)


def test_session_notes_its_use_once_a_minute(stack, user):
    def age():
        return stack.number("SELECT TIMESTAMPDIFF(SECOND, last_activity_at, NOW(6)) FROM sessions "
                            "WHERE user_id = ?", user.me["user_id"])

    for seconds, noted in ((40, False), (61, True)):
        stack.db("UPDATE sessions SET last_activity_at = NOW(6) - INTERVAL ? SECOND WHERE user_id = ?",
                 seconds, user.me["user_id"])
        forget(stack, user.token)
        user.get("/users/me", expect=200)
        assert (age() < 30) == noted


def test_session_is_only_kept_hashed(stack, user):
    user.get("/users/me", expect=200)
    token, digest = user.token, hashlib.sha256(user.token.encode()).hexdigest()
    assert stack.number("SELECT COUNT(*) FROM sessions WHERE token_hash = ?", digest) == 1
    dump = subprocess.run(
        ["mariadb-dump", "--no-defaults", f"--socket={stack.folder}/run/mysql.sock",
         f"--user={stack.settings['DB_ADMIN']}", "--skip-comments", stack.settings["DB_NAME"]],
        capture_output=True, check=True, timeout=60).stdout.decode("utf-8", "replace")
    assert digest in dump and token not in dump
    assert f"wall:wall:session:{digest}" in stack.redis("KEYS", "*session*").splitlines()
    for key in stack.redis("KEYS", "*").splitlines():
        kept = key
        if stack.redis("TYPE", key) == "string":
            kept += stack.redis("GET", key)
        assert token not in kept
    for path in stack.log_files():
        with open(path, encoding="utf-8", errors="replace") as log:
            assert token not in log.read(), path


@pytest.mark.parametrize("agent, stored", [
    ("x" * 300, "x" * 255), ("é" * 200, "é" * 127), ("bad \udcff byte", "bad ? byte"),
    ("cut \udce2\udc82", "cut ??"), ("🧱 ok", "🧱 ok")])
def test_session_keeps_the_user_agent_as_valid_text(stack, contract, user, agent, stored):
    client = Client(stack, contract)
    body = {"login": user.me["username"], "password": PASSWORD}
    answer = client.post("/auth/login", body, expect=200,
                         headers={"User-Agent": agent.encode("utf-8", "surrogateescape")})
    assert stack.value("SELECT user_agent FROM sessions WHERE token_hash = SHA2(?, 256)",
                       answer.data["session_token"]) == stored


# ---- logout --------------------------------------------------------------------------------------
def test_logout_ends_the_session_within_a_second(stack, contract, new_user):
    user = new_user()
    bearers = [user.as_bearer() for _ in range(8)]
    with ThreadPoolExecutor(8) as pool:  # every process has seen it
        list(pool.map(lambda c: c.get("/users/me", expect=200), bearers * 3))
    token = user.token
    answer = user.logout()
    ended = time.monotonic()
    cookie = answer.cookie().lower()
    assert cookie.startswith("wall=;") and ("max-age=0" in cookie or "expires=thu, 01 jan 1970" in cookie)
    assert stack.number("SELECT COUNT(*) FROM sessions WHERE token_hash = SHA2(?, 256)", token) == 0
    time.sleep(max(0.0, ended + 1.0 - time.monotonic()))
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda c: c.get("/users/me", expect=401), bearers * 3))


def test_logout_leaves_a_mark_against_slower_readers(stack, user):
    """Who read the row just before it went must not put the session back into Redis."""
    key = f"wall:wall:session:{hashlib.sha256(user.token.encode()).hexdigest()}"
    user.get("/users/me", expect=200)
    user.logout()
    assert stack.redis("GET", key) == "-"
    assert 0 < int(stack.redis("TTL", key)) <= 60


def test_logout_ends_only_this_session(stack, contract, user):
    other = Client(stack, contract)
    other.login(user.me["username"], PASSWORD)
    other.logout()
    time.sleep(1.1)
    user.get("/users/me", expect=200)


def test_logout_without_a_session(anonymous):
    assert anonymous.post("/auth/logout", expect=200).data is None


def test_logout_needs_the_csrf_token(user):
    answer = user.post("/auth/logout", headers={"X-CSRF-Token": None}, expect=403)
    assert answer.code == "WALL_CSRF"
    user.get("/users/me", expect=200)


def test_me_is_nobody_without_a_session(anonymous):
    assert anonymous.get("/users/me", expect=401).code == "WALL_UNAUTHENTICATED"
