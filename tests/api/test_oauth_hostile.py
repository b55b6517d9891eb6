# SPDX-License-Identifier: Apache-2.0
"""Signing in by others, as it must not go: forged, mixed up, replayed, late, too large; and two at once."""

import time
import urllib.parse
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from tests.api.parallel import begin_all
from tests.api.test_oauth import arrive, come_back, comer, finish, link, problem, start  # noqa: F401
from tests.stack.client import Client
from tests.stack.provider import SECRET, person

NOT_USABLE = r"WALL00535"
REFUSED = ("/login", "refused")
EXPIRED = ("/login", "expired")
DOWN = ("/login", "down")


@pytest.fixture
def visitor(stack, contract):
    return Client(stack, contract)


def nobody_came(client, stack):
    """Neither a session nor an arrival has come of it."""
    client.get("/users/me", expect=401)
    client.get("/auth/oauth/arrival", expect=404)


def forget_keys(stack):
    for key in stack.redis("KEYS", "*oauth:*").split():
        stack.redis("DEL", key)


# ---- state ----------------------------------------------------------------------------------------
@pytest.mark.parametrize("change", [{"state": "x" * 43}, {"state": ""}, {"state": None}])
def test_a_wrong_state(visitor, provider, stack, change):
    back = {**provider.approve(start(visitor), person()), **change}
    assert problem(come_back(visitor, {k: v for k, v in back.items() if v is not None})) == EXPIRED
    nobody_came(visitor, stack)


def test_the_browser_that_left(visitor, provider, stack, contract):
    """Without the cookie, or with another browser's, the answer is worth nothing; it stays good for its own."""
    back = provider.approve(start(visitor), person())
    other = Client(stack, contract)
    assert problem(come_back(other, back)) == EXPIRED
    start(other)
    assert problem(come_back(other, back)) == EXPIRED
    nobody_came(other, stack)
    assert come_back(visitor, back) == "/register/finish"


def test_the_cookie(visitor):
    answer = visitor.get("/auth/oauth/fake/initiate", expect=302)
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("wall-oauth=") and "HttpOnly" in cookie and "SameSite=Lax" in cookie and "Path=/" in cookie


def test_a_state_is_good_once(visitor, provider, stack):
    who = person()
    location = start(visitor)
    back = provider.approve(location, who)
    assert come_back(visitor, back) == "/register/finish"
    assert problem(come_back(visitor, back)) == EXPIRED
    assert problem(come_back(visitor, provider.approve(location, who))) == EXPIRED  # another code, the same state


def test_a_state_gets_old(visitor, provider, stack):
    back = provider.approve(start(visitor), person())
    stack.db("UPDATE oauth_flows SET expires_at = NOW(6) - INTERVAL 1 SECOND")
    assert problem(come_back(visitor, back)) == EXPIRED


def test_of_two_with_one_state_one_is_first(visitor, provider):
    back = provider.approve(start(visitor), person())
    with ThreadPoolExecutor(4) as pool:
        ends = sorted(pool.map(lambda _: come_back(visitor, back), range(4)))
    assert [e == "/register/finish" for e in ends].count(True) == 1
    assert {problem(e) for e in ends if e != "/register/finish"} == {EXPIRED}


# ---- mix-up ---------------------------------------------------------------------------------------
def test_an_answer_of_another_provider(visitor, provider, stack):
    """Asked one, answered at the other's address; and answered by the other."""
    back = provider.approve(start(visitor, "fake"), person())
    assert problem(come_back(visitor, back, "other")) == REFUSED
    assert problem(come_back(visitor, back, "fake")) == EXPIRED  # it was used up
    for wrong in (f"{provider.base}/other", "", None):
        back = {**provider.approve(start(visitor, "fake"), person()), "iss": wrong}
        assert problem(come_back(visitor, {k: v for k, v in back.items() if v is not None})) == REFUSED
    nobody_came(visitor, stack)


def test_a_code_of_another_sign_in(visitor, provider, stack):
    """PKCE: a stolen code is worth nothing to another browser's verifier. The redirect URI has to be the same."""
    stolen = provider.approve(start(visitor), person())["code"]
    mine = provider.approve(start(visitor), person())
    assert problem(come_back(visitor, {**mine, "code": stolen})) == REFUSED
    back = provider.approve(start(visitor), person())
    provider.codes[back["code"]]["redirect_uri"] += "/elsewhere"
    assert problem(come_back(visitor, back)) == REFUSED
    back = provider.approve(start(visitor), person())
    provider.codes[back["code"]]["used"] = True
    assert problem(come_back(visitor, back)) == REFUSED
    nobody_came(visitor, stack)


@pytest.mark.parametrize("answer, said", [({"error": "access_denied"}, "denied"), ({"error": "server_error"}, "refused"),
                                          ({"error": "user_cancelled_login"}, "denied"), ({}, "refused"),
                                          ({"error": "access_denied", "code": "c"}, "denied")])
def test_answers_that_say_no(visitor, provider, stack, answer, said):
    state = provider.approve(start(visitor, "fake", return_to="/bricks"), person())["state"]
    location = come_back(visitor, {"state": state, "iss": f"{provider.base}/fake", **answer})
    assert problem(location) == ("/login", said) and "next=%2Fbricks".lower() in location.lower() and "provider=fake" in location
    nobody_came(visitor, stack)


# ---- ID tokens ------------------------------------------------------------------------------------
def ago(seconds):
    return int(time.time()) - seconds


LIES = {
    "nonce of another": lambda p: {"claims": {"nonce": "another"}},
    "no nonce": lambda p: {"claims": {"nonce": None}},
    "issuer of another": lambda p: {"claims": {"iss": f"{p.base}/other"}},
    "issuer with a slash": lambda p: {"claims": {"iss": f"{p.base}/fake/"}},
    "no issuer": lambda p: {"claims": {"iss": None}},
    "audience of another": lambda p: {"claims": {"aud": "another-client"}},
    "no audience": lambda p: {"claims": {"aud": None}},
    "two audiences, no azp": lambda p: {"claims": {"aud": ["wall-client", "another-client"]}},
    "azp of another": lambda p: {"claims": {"aud": ["wall-client", "x"], "azp": "x"}},
    "issued long ago": lambda p: {"claims": {"iat": ago(1200)}},
    "expired": lambda p: {"claims": {"exp": ago(120), "iat": ago(600)}},
    "no expiry": lambda p: {"claims": {"exp": None}},
    "issued in the future": lambda p: {"claims": {"iat": ago(-600), "exp": ago(-900)}},
    "not yet valid": lambda p: {"claims": {"nbf": ago(-600)}},
    "at_hash of another": lambda p: {"claims": {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}},
    "no subject": lambda p: {"claims": {"sub": None}},
    "empty subject": lambda p: {"claims": {"sub": ""}},
    "alg none": lambda p: {"sign": "none"},
    "HS256 with the public key": lambda p: {"sign": "hs256"},
    "a broken signature": lambda p: {"sign": "broken"},
    "a stranger's key by the same name": lambda p: {"sign": "stranger"},
    "unknown kid": lambda p: {"header": {"kid": "nobody-has-it"}},
    "crit": lambda p: {"header": {"crit": ["b64"], "b64": False}},
    "RS512": lambda p: {"header": {"alg": "RS512"}},
}


@pytest.mark.parametrize("lie", LIES)
def test_id_tokens_that_lie(lie, visitor, provider, stack):
    with provider.lying(**LIES[lie](provider)):
        assert problem(arrive(visitor, provider, person())) == REFUSED
    nobody_came(visitor, stack)


def test_what_is_allowed_at_the_edges(stack, contract, provider):
    """Clocks may differ by a minute; one audience in a list, azp ours; no kid when there is one key."""
    for lie in ({"claims": {"iat": ago(-30), "nbf": ago(-30)}}, {"claims": {"exp": ago(30), "iat": ago(300)}},
                {"claims": {"aud": ["wall-client"]}}, {"claims": {"aud": ["wall-client", "x"], "azp": "wall-client"}},
                {"claims": {"at_hash": None}}, {"header": {"kid": None}}):
        with provider.lying(**lie):
            assert arrive(Client(stack, contract), provider, person()) == "/register/finish", lie


def test_keys_are_kept_and_asked_for_again_but_not_always(visitor, provider, stack):
    forget_keys(stack)

    def asked():
        return sum(p == "/fake/jwks" for p, _, _ in provider.requests)

    before = asked()
    arrive(visitor, provider, person())
    arrive(visitor, provider, person())
    assert asked() == before + 1
    provider.rotate()
    assert arrive(visitor, provider, person()) == "/register/finish"  # one more look finds the new key
    assert asked() == before + 2
    with provider.lying(header={"kid": "nobody-has-it"}):
        for _ in range(3):
            assert problem(arrive(visitor, provider, person())) == REFUSED
    assert asked() == before + 2  # within half a minute nobody looks again


@pytest.mark.expect_log(NOT_USABLE)
def test_no_id_token(visitor, provider, stack):
    with provider.lying(token={"id_token": None}):
        assert problem(arrive(visitor, provider, person())) == DOWN
    with provider.lying(token={"id_token": "a.b"}):
        assert problem(arrive(visitor, provider, person())) == REFUSED
    with provider.lying(token={"access_token": None}):
        assert problem(arrive(visitor, provider, person())) == DOWN
    nobody_came(visitor, stack)


def test_userinfo_about_somebody_else(visitor, provider, stack):
    with provider.lying(userinfo={"sub": "somebody-else"}):
        assert problem(arrive(visitor, provider, person())) == REFUSED
    nobody_came(visitor, stack)


def test_tokens_of_another_site(visitor, provider, stack):
    with provider.lying(userinfo={"client": "another-client"}):
        assert problem(arrive(visitor, provider, person(), "yandex")) == REFUSED
    with provider.lying(token={"user_id": "999"}):
        assert problem(arrive(visitor, provider, person(), "vk")) == REFUSED
    nobody_came(visitor, stack)


# ---- providers that do not work ---------------------------------------------------------------------
@pytest.fixture(scope="module")
def tried():
    """What came of each lie, told by all providers at once: some of these are waited for till the time is up."""
    return {}


@pytest.mark.expect_log(NOT_USABLE)
@pytest.mark.parametrize("name", ["fake", "github"])
@pytest.mark.parametrize("lie", [{"status": {"/token": 500}}, {"status": {"/token": 302}}, {"huge": {"/token": 200000}},
                                 {"slow": {"/token": 6}}, {"drip": {"/token": 1}}],
                         ids=["500", "redirect", "huge", "slow", "drop by drop"])
def test_token_endpoints_that_do_not_work(name, lie, provider, stack, contract, tried):
    def come(by):
        visitor, started = Client(stack, contract), time.monotonic()
        return arrive(visitor, provider, person(), by), time.monotonic() - started, visitor

    if str(lie) not in tried:
        with provider.lying(**lie):
            tried[str(lie)] = begin_all({by: partial(come, by) for by in ("fake", "github")})
    location, took, visitor = tried[str(lie)][name].result()
    assert problem(location) == DOWN and took < 12
    nobody_came(visitor, stack)


@pytest.mark.expect_log(NOT_USABLE)
def test_other_endpoints_that_do_not_work(visitor, provider, stack):
    for lie in ({"status": {"/userinfo": 503}}, {"huge": {"/userinfo": 200000}}):
        with provider.lying(**lie):
            assert problem(arrive(visitor, provider, person())) == DOWN
    for path in ("/github/user", "/github/emails"):
        with provider.lying(status={path: 500}):
            assert problem(arrive(visitor, provider, person(), "github")) == DOWN
    forget_keys(stack)
    with provider.lying(status={"/jwks": 500}):
        assert problem(arrive(visitor, provider, person())) == DOWN
    nobody_came(visitor, stack)


@pytest.mark.expect_log(NOT_USABLE)
def test_discovery_that_cannot_be_used(visitor, stack):
    assert problem(start(visitor, "liar")) == DOWN  # another issuer's document
    assert problem(start(visitor, "gone", return_to="/bricks")) == DOWN  # nobody there
    assert stack.number("SELECT COUNT(*) FROM oauth_flows WHERE provider IN ('liar', 'gone')") == 0


@pytest.mark.expect_log(NOT_USABLE)
@pytest.mark.parametrize("name", ["token_endpoint", "jwks_uri", "userinfo_endpoint"])
def test_addresses_within(name, visitor, provider, stack):
    """A document that leads to other services of this network: nothing is sent there. Over http only where the
    issuer is."""
    port, heard = provider.base.rpartition(":")[2], len(provider.requests)
    for evil in (f"http://127.0.0.1:{port}/within", f"http://[::1]:{port}/within", "http://169.254.169.254/latest",
                 f"http://localhost.:{port}/within", f"http://localhost:{port}@127.0.0.1:{port}/within", "file:///etc/passwd"):
        forget_keys(stack)
        with provider.lying(discovery={name: evil}):
            location = start(visitor)
            if location.startswith("/login"):
                assert problem(location) == DOWN
                continue
            who = person() if name != "userinfo_endpoint" else person(email=None)
            with provider.lying(discovery={name: evil}, claims={"email": None} if name == "userinfo_endpoint" else {}):
                end = come_back(visitor, provider.approve(location, who))
        assert problem(end) == DOWN if not evil.startswith("file") or name != "userinfo_endpoint" else end == "/register/finish"
    forget_keys(stack)
    assert not [p for p, _, _ in provider.requests[heard:] if "within" in p]


def test_a_parameter_given_twice(visitor, provider, stack):
    back = provider.approve(start(visitor), person())
    query = urllib.parse.urlencode([*back.items(), ("state", "x" * 43)])
    visitor.get(f"/auth/oauth/fake/callback?{query}")
    nobody_came(visitor, stack)


def test_a_wrong_secret_is_ours_to_mend(visitor, provider, stack):
    """The secret has signs that need escaping, and arrives as it is."""
    assert "&" in SECRET
    arrive(visitor, provider, person())


def test_secrets_stay_out_of_logs(visitor, provider, stack):
    location = start(visitor)
    back = provider.approve(location, person())
    come_back(visitor, back)
    log = stack.log("httpd.log")
    asked = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(location).query))
    assert back["code"] not in log and asked["state"] not in log and asked["nonce"] not in log
    assert "at-" not in log and SECRET.replace(" ", "") not in log


# ---- where it leads ---------------------------------------------------------------------------------
@pytest.mark.parametrize("evil", ["//evil.example", "https://evil.example/", "/\\evil.example", "\\evil", "javascript:alert(1)",
                                  "/x\r\nSet-Cookie: a=b", "/\t/evil.example", "evil", "/%0d%0a\u00e9" + "x"])
def test_return_to_stays_here(evil, comer, provider, stack, contract):  # noqa: F811
    client, who = comer()
    again = Client(stack, contract)
    answer = again.get("/auth/oauth/fake/initiate", params={"return_to": evil})
    if answer.status == 422:  # control characters are refused at once
        return
    assert come_back(again, provider.approve(answer.headers["Location"], who)) == "/"


def test_a_browser_gets_a_page_not_json(anonymous):
    answer = anonymous.get("/auth/oauth/nobody/initiate", headers={"Accept": "text/html"}, expect=302)
    assert answer.headers["Location"] == "/login?problem=WALL_NOT_FOUND"


# ---- linking ----------------------------------------------------------------------------------------
def test_linking_is_begun_by_the_person_only(user, stack):
    """No address of a foreign page begins it: it takes a POST with the token, of this origin."""
    user.post("/users/me/connections", {"provider": "fake"}, headers={"X-CSRF-Token": None}, expect=403)
    user.post("/users/me/connections", {"provider": "fake"}, headers={"Origin": "https://evil.example"}, expect=403)
    for path in ("/auth/oauth/fake/initiate?purpose=link", "/auth/oauth/fake/initiate?link=1"):
        user.get(path, expect=302)
    assert stack.number("SELECT COUNT(*) FROM oauth_flows WHERE purpose = 'link' AND user_id = ?", user.me["user_id"]) == 0


def test_a_link_is_finished_by_who_began_it(user, new_user, provider, stack):
    """Signed out, or somebody else by now: the identity is not connected with anybody."""
    who = person()
    location = user.post("/users/me/connections", {"provider": "fake"}, expect=200).data["location"]
    user.logout()
    assert problem(come_back(user, provider.approve(location, who))) == ("/settings/connected", "signed_out")
    victim = new_user()
    location = victim.post("/users/me/connections", {"provider": "fake"}, expect=200).data["location"]
    other = new_user()
    victim.http.cookies.set("wall", other.http.cookies["wall"], domain="localhost.local")
    victim.http.cookies.set("wall", other.http.cookies["wall"])
    end = come_back(victim, provider.approve(location, who))
    assert problem(end)[1] in ("signed_out", None)
    assert stack.number("SELECT COUNT(*) FROM oauth_connections WHERE provider_user_id = ? AND user_id = ?",
                        who["sub"], other.me["user_id"]) == 0


def test_step_up_for_what_is_dangerous(user, provider):
    link(user, provider, person())
    own = user.get("/users/me/connections").data["items"][0]["connection_id"]
    user.confirmed_before(60)
    for method, path, body in (("POST", "/users/me/connections", {"provider": "github"}),
                               ("DELETE", f"/users/me/connections/{own}", None), ("POST", "/auth/oauth/arrival/link", None)):
        assert user.request(method, path, body, expect=403).code == "WALL_STEP_UP"


# ---- two at once ------------------------------------------------------------------------------------
def test_two_link_one_identity(new_user, provider, stack):
    for _ in range(5):
        who, users = person(), [new_user(), new_user()]
        backs = []
        for one in users:
            location = one.post("/users/me/connections", {"provider": "fake"}, expect=200).data["location"]
            backs.append((one, provider.approve(location, who)))
        with ThreadPoolExecutor(2) as pool:
            ends = sorted(pool.map(lambda pair: come_back(*pair), backs), key=len)
        assert ends[0] == "/settings/connected" and problem(ends[1]) == ("/settings/connected", "taken")
        assert stack.number("SELECT COUNT(*) FROM oauth_connections WHERE provider_user_id = ?", who["sub"]) == 1


def test_two_unlink_the_last_two(comer, provider, stack):  # noqa: F811
    for _ in range(3):
        client, _ = comer()
        link(client, provider, person(), "github")
        items = client.get("/users/me/connections").data["items"]
        with ThreadPoolExecutor(2) as pool:
            codes = sorted(pool.map(lambda c: client.delete(f"/users/me/connections/{c['connection_id']}").status, items))
        assert codes == [200, 409]
        assert client.get("/users/me/connections").data["ways_in"] == 1


def test_two_finish_one_arrival(visitor, provider, stack):
    arrive(visitor, provider, person())
    names = ["n" + person()["sub"][:10] for _ in range(4)]
    with ThreadPoolExecutor(4) as pool:
        codes = sorted(pool.map(lambda n: visitor.post("/auth/oauth/arrival", {"username": n}).status, names))
    assert codes[0] == 201 and set(codes[1:]) <= {404, 409, 503}
    marks = ", ".join("?" * len(names))
    assert stack.number(f"SELECT COUNT(*) FROM users WHERE username IN ({marks})", *names) == 1


# ---- Telegram ---------------------------------------------------------------------------------------
def telegram_state(client):
    query = urllib.parse.parse_qs(urllib.parse.urlsplit(start(client, "telegram")).query)
    assert query["bot_id"] == ["7001"] and query["origin"][0].startswith("http://localhost:")
    return query["return_to"][0].partition("/login/telegram?state=")[2]


def test_telegrams_form_has_to_be_signed_by_it(visitor, provider, stack):
    who = person()
    for change in ({"hash": "0" * 64}, {"first_name": "Eve"}, {"id": "1"}, {"last_name": "added"}, {"hash": None}, {"id": None}):
        form = {**provider.telegram(who, telegram_state(visitor)), **change}
        assert problem(come_back(visitor, {k: v for k, v in form.items() if v is not None}, "telegram")) == REFUSED
    form = provider.telegram(who, telegram_state(visitor), token="7001:another")
    assert problem(come_back(visitor, form, "telegram")) == REFUSED
    nobody_came(visitor, stack)


def test_telegrams_form_has_to_be_fresh(visitor, provider, stack):
    for at in (time.time() - 3600, time.time() + 600, 0):
        form = provider.telegram(person(), telegram_state(visitor), at or 1)
        assert problem(come_back(visitor, form, "telegram")) == EXPIRED
    nobody_came(visitor, stack)


def test_telegrams_form_is_taken_once(visitor, provider, stack, contract):
    form = provider.telegram(person(), telegram_state(visitor))
    assert come_back(visitor, form, "telegram") == "/register/finish"
    thief = Client(stack, contract)
    assert problem(come_back(thief, {**form, "state": telegram_state(thief)}, "telegram")) == EXPIRED
    nobody_came(thief, stack)
