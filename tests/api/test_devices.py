# SPDX-License-Identifier: Apache-2.0
"""Where one is signed in, the history of signing in, and how soon a session that was ended is refused."""

import hashlib
import os
import tempfile
import time
import uuid
from functools import partial

import pytest

from tests.api.parallel import at_once
from tests.api.streams import Stream
from tests.stack import Stack, eventually, mmdb
from tests.stack.client import Client

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
IPHONE = ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
          "Version/17.5 Mobile/15E148 Safari/604.1")


@pytest.fixture
def device(stack, contract):
    """A function: another Client signed in as `user`, with the User-Agent `agent`."""
    def make(user, agent=FIREFOX, **more):
        client = Client(stack, contract)
        client.http.headers["User-Agent"] = agent
        client.password = user.password
        client.login(user.me["username"], **more)
        return client

    return make


def sessions(client):
    return client.get("/users/me/sessions", expect=200).data["items"]


def logins(client, **params):
    return client.get("/users/me/logins", params=params, expect=200).data


def refused_within(client, seconds):
    """How long requests on new connections, so of any httpd child, were still answered."""
    began = time.monotonic()
    last = began
    while time.monotonic() - began < seconds + 1.5:
        client.http.close()
        if client.get("/users/me").status == 200:
            last = time.monotonic()
        time.sleep(0.02)
    assert client.get("/users/me", expect=401).code == "WALL_UNAUTHENTICATED"
    return last - began


# ---- the list ------------------------------------------------------------------------------------
def test_list_says_what_each_device_is(user, device):
    phone = device(user, IPHONE, remember=True)
    device(user, "x")
    items = sessions(phone)
    assert [item["current"] for item in items] == [True, False, False]
    mine = items[0]
    assert (mine["browser"], mine["system"], mine["sign_in_method"]) == ("Safari", "iOS", "password")
    assert mine["remembered"] and mine["ip_address"] == "127.0.0.1" and mine["place"] is None
    unknown = next(item for item in items if item["user_agent"] == "x")
    assert unknown["browser"] is None and unknown["system"] is None
    first = next(item for item in items if item["sign_in_method"] == "registration")
    assert first["browser"] == "Python" and not first["remembered"]


def test_list_leaves_out_what_has_ended(stack, user, device):
    device(user)
    device(user)
    ids = [item["session_id"] for item in sessions(user) if not item["current"]]
    stack.db("UPDATE sessions SET expires_at = NOW(6) WHERE session_id = ?", ids[0])
    stack.db("UPDATE sessions SET last_activity_at = NOW(6) - INTERVAL 20161 MINUTE WHERE session_id = ?", ids[1])
    assert len(sessions(user)) == 1


def test_list_is_ones_own(user, new_user):
    other = new_user()
    theirs = sessions(other)[0]["session_id"]
    assert theirs not in [item["session_id"] for item in sessions(user)]
    assert user.delete(f"/users/me/sessions/{theirs}", expect=404).code == "WALL_NOT_FOUND"
    other.get("/users/me", expect=200)


@pytest.fixture(scope="module")
def placed():
    """A site of its own that has been given a database of places: 127.0.0.0/8 is in Berlin."""
    with tempfile.TemporaryDirectory(prefix="wall-places-") as folder:
        os.chmod(folder, 0o755)  # httpd is another account
        path = os.path.join(folder, "places.mmdb")
        mmdb.write(path, "127.0.0.0", 8, {"city": {"names": {"en": "Berlin", "de": "Berlin"}},
                                          "country": {"names": {"en": "Germany", "de": "Deutschland"}}})
        os.chmod(path, 0o644)
        with Stack(options=["--set", f"WallGeoIP {path}", "--set", "WallRateFactor 1000"],
                   faces={"gone": f"WallGeoIP {path}.gone"}) as stack:
            yield stack
            assert [line for line in stack.unexpected_lines() if "places.mmdb.gone: " not in line] == []


def test_places_by_the_sites_own_database(placed, contract):
    client = Client(placed, contract)
    client.register()
    assert sessions(client)[0]["place"] == "Berlin, Germany"
    german = client.get("/users/me/logins", headers={"Accept-Language": "de"}, expect=200).data["items"]
    assert german[0]["place"] == "Berlin, Deutschland"


def test_without_its_database_a_site_names_no_places(placed, contract):
    """It says so in the log, once in each process, and goes on."""
    client = Client(placed, contract, base_url=placed.faces["gone"])
    client.register()
    for _ in range(20):
        assert sessions(client)[0]["place"] is None and sessions(client)[0]["ip_address"] == "127.0.0.1"
    said = [line for line in placed.unexpected_lines() if "places are not shown" in line]
    assert 1 <= len(said) <= len(placed.children("httpd")) + 2


# ---- ending --------------------------------------------------------------------------------------
def test_one_device_is_signed_out_within_a_second(stack, user, device):
    phone = device(user, IPHONE)
    phone.get("/users/me", expect=200)
    assert len(stack.children("httpd")) > 1
    target = next(item for item in sessions(user) if item["browser"] == "Safari")
    user.delete(f"/users/me/sessions/{target['session_id']}", expect=200)
    assert refused_within(phone, 1.0) <= 1.1
    user.get("/users/me", expect=200)
    assert len(sessions(user)) == 1


def test_ending_the_own_session_clears_its_cookie(user):
    mine = sessions(user)[0]["session_id"]
    answer = user.delete(f"/users/me/sessions/{mine}", expect=200)
    assert answer.cookie().startswith("wall=;")
    user.get("/users/me", expect=401)


def test_all_other_devices_are_signed_out(user, device):
    others = [device(user), device(user)]
    for other in others:
        other.get("/users/me", expect=200)
    assert user.post("/users/me/sessions/revoke-others", expect=200).data == {"ended": 2}
    for other in others:
        assert refused_within(other, 1.0) <= 1.1
    user.get("/users/me", expect=200)
    assert user.post("/users/me/sessions/revoke-others", expect=200).data == {"ended": 0}


def test_two_who_end_the_same_session_do_it_once(user, device):
    for _ in range(5):
        others = [device(user), device(user)]
        target = next(i["session_id"] for i in sessions(others[0]) if i["sign_in_method"] == "registration" or
                      not i["current"])
        answers = at_once(*[partial(c.delete, f"/users/me/sessions/{target}") for c in (others[0], others[0].as_bearer())])
        statuses = [answer.status for answer in answers]
        assert sorted(statuses) in ([200, 404], [200, 401]), statuses
        user.login(user.me["username"])


def test_two_who_end_each_other(new_user, device):
    """Both may win; nobody is answered with a failure of ours, and whoever was ended stays so."""
    pairs = []
    for _ in range(5):
        user = new_user()
        pairs.append([device(user), device(user)])
        answers = at_once(*[partial(client.post, "/users/me/sessions/revoke-others") for client in pairs[-1]])
        statuses = {answer.status for answer in answers}
        assert statuses <= {200, 401} and 200 in statuses
    time.sleep(1.1)
    for pair in pairs:
        assert [c.get("/users/me").status for c in pair].count(200) <= 1


def test_a_revoked_session_does_not_come_back_from_a_cache(stack, user, device):
    phone = device(user)
    phone.get("/users/me", expect=200)
    digest = hashlib.sha256(phone.token.encode()).hexdigest()
    user.post("/users/me/sessions/revoke-others", expect=200)
    assert stack.redis("GET", f"wall:wall:session:{digest}") == "-"
    stack.redis("DEL", f"wall:wall:session:{digest}")  # as after its time, or when Redis was restarted
    time.sleep(1.1)
    phone.get("/users/me", expect=401)


def test_streams_end_within_five_seconds(stack, contract, user, device):
    """Of a session ended from elsewhere, of all others, of a suspended account, and of an API key."""
    topic = f"/events?topics=user:{user.me['user_id']}"
    key = user.post("/users/me/api-keys", {"name": "s", "scopes": ["read:*"]}, expect=201).data
    program = Client(stack, contract)
    program.me, program.token, program.bearer = user.me, key["secret"], True

    def ends(end, *clients):
        streams = [Stream(stack, client, topic) for client in clients]
        time.sleep(0.5)
        end()
        began = time.monotonic()
        for stream in streams:
            while stream.read(0.1):
                assert time.monotonic() - began < 5, "the stream went on"
            assert stream.head.startswith("HTTP/1.1 200"), stream.head

    phone = device(user, IPHONE)
    target = next(i["session_id"] for i in sessions(user) if i["browser"] == "Safari")
    ends(lambda: user.delete(f"/users/me/sessions/{target}", expect=200), phone)
    ends(lambda: user.post("/users/me/sessions/revoke-others", expect=200), device(user), device(user))
    ends(lambda: user.delete(f"/users/me/api-keys/{key['key']['key_id']}", expect=200), program)
    ends(lambda: stack.db("UPDATE users SET account_state = 'suspended' WHERE user_id = ?", user.me["user_id"]),
         user)


# ---- expiry --------------------------------------------------------------------------------------
def test_idle_sessions_end(stack, user):
    digest = hashlib.sha256(user.token.encode()).hexdigest()
    for minutes, status in ((20155, 200), (20161, 401)):  # WallSessionIdle is 20160
        stack.db("UPDATE sessions SET last_activity_at = NOW(6) - INTERVAL ? MINUTE WHERE token_hash = ?",
                 minutes, digest)
        stack.redis("DEL", f"wall:wall:session:{digest}")
        time.sleep(1.1)
        user.get("/users/me", expect=status)


# ---- history -------------------------------------------------------------------------------------
def test_history_tells_success_and_failure(stack, contract, user, device):
    device(user, IPHONE)
    stranger = Client(stack, contract)
    stranger.http.headers["User-Agent"] = FIREFOX
    for login in (user.me["username"], f"{user.me['username']}@example.org"):
        stranger.post("/auth/login", {"login": login, "password": "not the right one"}, expect=401)
    items = logins(user)["items"]
    assert [(i["outcome"], i["browser"], i["sign_in_method"]) for i in items] == [
        ("wrong_password", "Firefox", "password"), ("wrong_password", "Firefox", "password"),
        ("succeeded", "Safari", "password"), ("succeeded", "Python", "registration")]


def test_history_comes_in_pages(user, device):
    for _ in range(4):
        device(user)
    seen, cursor = [], None
    while True:
        page = logins(user, limit=2, **({"cursor": cursor} if cursor else {}))
        seen += [i["login_id"] for i in page["items"]]
        cursor = page["next_cursor"]
        if not cursor:
            break
        device(user)  # what comes in between does not move the pages
    assert len(seen) == 5 and seen == sorted(seen, reverse=True)
    assert user.get("/users/me/logins?cursor=x", expect=400).code == "WALL_BAD_CURSOR"


def test_failures_tell_nobody_whether_there_is_an_account(stack, contract, user):
    """The same body and the same line of history; without an account it belongs to nobody."""
    client = Client(stack, contract)
    before = stack.number("SELECT COUNT(*) FROM logins WHERE user_id IS NULL")
    for _ in range(3):
        for login in (user.me["username"], "u" + uuid.uuid4().hex[:12]):
            answer = client.post("/auth/login", {"login": login, "password": "not the right one"}, expect=401)
            assert answer.code == "WALL_BAD_CREDENTIALS" and answer.details == {}
    assert stack.number("SELECT COUNT(*) FROM logins WHERE user_id IS NULL") == before + 3
    assert len(logins(user)["items"]) == 4


def test_history_is_forgotten_in_time(stack, user):
    me = user.me["user_id"]
    stack.db("UPDATE logins SET created_at = NOW(6) - INTERVAL 91 DAY WHERE user_id = ?", me)
    user.login(user.me["username"])
    stack.restart("worker")  # its first sweep comes after ten seconds, the others every minute
    eventually(lambda: stack.number("SELECT COUNT(*) FROM logins WHERE user_id = ?", me) == 1, 25,
               what="forgetting what is older than WallLoginDays")


# ---- new devices ---------------------------------------------------------------------------------
def test_new_device_is_told_once(stack, contract, user, mailbox):
    box = mailbox(f"{user.me['username']}@example.org")
    user.login(user.me["username"])  # the browser it was opened in
    client = Client(stack, contract)
    client.http.headers["User-Agent"] = IPHONE
    client.password = user.password
    client.login(user.me["username"])
    mail = box.wait("New sign-in")
    assert "Safari, iOS" in mail.text and "127.0.0.1" in mail.text
    client.logout()
    client.login(user.me["username"])  # with the cookie of its first time
    mails = "SELECT COUNT(*) FROM mails WHERE kind = 'new_device' AND user_id = ?"
    assert stack.number(mails, user.me["user_id"]) == 1
    assert stack.number("SELECT COUNT(*) FROM known_devices WHERE user_id = ?", user.me["user_id"]) == 2


def test_an_account_that_slept_is_told_of_whoever_wakes_it(stack, contract, user, mailbox):
    """Its devices have been forgotten since; a new one is not taken for the one it was opened with."""
    me = user.me["user_id"]
    stack.db("DELETE FROM known_devices WHERE user_id = ?", me)
    stack.db("UPDATE users SET created_at = NOW(6) - INTERVAL 500 DAY WHERE user_id = ?", me)
    client = Client(stack, contract)
    client.password = user.password
    client.login(user.me["username"])
    assert "127.0.0.1" in mailbox(f"{user.me['username']}@example.org").wait("New sign-in").text


def test_device_cookie_is_kept_hashed_and_bounded(stack, contract, user):
    token = user.http.cookies["wall-device"]
    digest = hashlib.sha256(token.encode()).hexdigest()
    assert stack.number("SELECT COUNT(*) FROM known_devices WHERE device_hash = ?", digest) == 1
    for i in range(60):
        stack.db("INSERT INTO known_devices (user_id, device_hash, last_seen_at) VALUES (?, SHA2(?, 256), "
                 "NOW(6) - INTERVAL 1 DAY)", user.me["user_id"], f"{user.me['user_id']}-{i}")
    client = Client(stack, contract)
    client.password = user.password
    client.login(user.me["username"])
    assert stack.number("SELECT COUNT(*) FROM known_devices WHERE user_id = ?", user.me["user_id"]) == 50
    assert stack.number("SELECT COUNT(*) FROM known_devices WHERE device_hash = ?", digest) == 1


def test_a_made_up_device_cookie_is_replaced(stack, contract, user):
    client = Client(stack, contract)
    client.http.cookies["wall-device"] = "x"
    client.password = user.password
    client.login(user.me["username"])
    assert "x" not in [cookie.value for cookie in client.http.cookies if cookie.domain]
