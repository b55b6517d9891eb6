# SPDX-License-Identifier: Apache-2.0
"""What every endpoint has from the pipeline: headers, methods, sizes, types, errors, caching, CSRF."""

import json
import re
import socket

import pytest

from tests.api.test_every_route import asker, body_of, declaring, path_of  # noqa: F401
from tests.stack import eventually
from tests.stack.client import Client


def wall_of(client):
    return f"/walls/{client.me['wall']['wall_id']}/posts"


# ---- headers and the request id ----------------------------------------------------------------------

def test_headers_of_an_answer(user):
    answer = user.get("/users/me", expect=200)
    headers = answer.headers
    assert headers["Content-Type"] == "application/json"
    assert headers["Cache-Control"] == "private, no-cache"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert int(headers["Content-Length"]) == len(answer.body)
    assert "Transfer-Encoding" not in headers
    assert re.fullmatch(r'"[0-9a-f]{32}"', headers["ETag"])


def test_every_request_has_its_own_id(user):
    ids = {user.get(path).headers["X-Request-Id"] for path in ("/users/me", "/users/me", "/nowhere")}
    assert len(ids) == 3


def test_request_id_is_in_body_and_log(stack, anonymous):
    answer = anonymous.get("/nowhere", expect=404)
    assert answer.error["request_id"] == answer.headers["X-Request-Id"]
    eventually(lambda: answer.headers["X-Request-Id"] in stack.log("httpd.log"), 3)


def test_request_id_of_the_client_is_not_believed(anonymous):
    answer = anonymous.get("/health", headers={"X-Request-Id": "mine"})
    assert answer.headers["X-Request-Id"] != "mine"


def test_rate_headers(user):
    headers = user.get("/users/me").headers
    assert re.fullmatch(r'"read";q=\d+;w=60', headers["RateLimit-Policy"])
    assert re.fullmatch(r'"read";r=\d+;t=\d+', headers["RateLimit"])
    for name in ("Limit", "Remaining", "Reset"):
        assert headers["X-RateLimit-" + name].isdigit()


def test_health_is_not_limited(anonymous):
    assert "RateLimit" not in anonymous.get("/health", expect=200).headers


def test_too_many_sign_ins(stack, contract, strict):
    visitor = Client(stack, contract, base_url=strict)
    for _ in range(40):
        answer = visitor.post("/auth/login", {"login": "nobody", "password": "wrong wrong"},
                              headers={"Origin": None})
        if answer.status == 429:
            break
    assert answer.code == "WALL_RATE_LIMITED"
    assert int(answer.headers["Retry-After"]) >= 1
    assert answer.headers["X-RateLimit-Remaining"] == "0"


# ---- addresses and methods ---------------------------------------------------------------------------

@pytest.mark.parametrize("path", ["/api", "/api/", "/api/v1", "/api/v1/", "/api/v2/health", "/api/v1/health/",
                                  "/api/v1//health/x", "/api/v1/walls/1/2/3", "/api/v1/%2e%2e/x"])
def test_unknown_addresses(anonymous, path):
    answer = anonymous.get(path, expect=404)
    assert answer.code == "WALL_NOT_FOUND"


@pytest.mark.parametrize("method", ["DELETE", "PUT", "PATCH", "PROPFIND", "BREW"])
def test_unknown_methods(anonymous, method):
    answer = Client(anonymous.stack, None).request(method, "/bricks/balance", headers={"Origin": None})
    assert answer.status == 405 and answer.code == "WALL_METHOD_NOT_ALLOWED"
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}


def test_options(anonymous):
    answer = Client(anonymous.stack, None).request("OPTIONS", "/walls/1/posts")
    assert answer.status == 204 and answer.body == b""
    assert set(answer.headers["Allow"].split(", ")) == {"GET", "HEAD", "POST", "OPTIONS"}
    assert Client(anonymous.stack, None).request("OPTIONS", "/nowhere").status == 404


def test_head(user):
    got = user.get("/users/me", expect=200)
    head = Client(user.stack, None)
    head.token, head.bearer = user.token, True
    answer = head.request("HEAD", "/users/me")
    assert answer.status == 200 and answer.body == b""
    assert int(answer.headers["Content-Length"]) == len(got.body)
    assert answer.headers["ETag"] == got.headers["ETag"]


# ---- caching -----------------------------------------------------------------------------------------

def test_not_modified(user):
    tag = user.get("/users/me", expect=200).headers["ETag"]
    for known in (tag, f'W/{tag}', f'"x", {tag}', tag[:-1] + '-gzip"', "*"):
        answer = Client.get(plain(user), "/users/me", headers={"If-None-Match": known})
        assert answer.status == 304 and answer.body == b"", known
        assert answer.headers["ETag"] == tag
    assert user.get("/users/me", headers={"If-None-Match": '"other"'}).status == 200


def test_tag_changes_with_the_content(user):
    before = user.get(wall_of(user), expect=200).headers["ETag"]
    user.write("something new")
    answer = user.get(wall_of(user), headers={"If-None-Match": before}, expect=200)
    assert answer.headers["ETag"] != before


def test_answers_to_posts_are_not_kept(user):
    answer = user.post(wall_of(user), {"content_text": "x"}, expect=201)
    assert "ETag" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"


def test_errors_are_not_kept(anonymous):
    assert anonymous.get("/nowhere").headers["Cache-Control"] == "no-store"


def test_next_page_link(user):
    for number in range(3):
        user.write(f"number {number}")
    answer = user.get(wall_of(user), params={"limit": 2}, expect=200)
    link = re.fullmatch(r'<(/api/v1/[^>]+)>; rel="next"', answer.headers["Link"])[1]
    assert answer.data["next_cursor"] in link and "limit=2" in link
    last = user.get(link, expect=200)
    assert len(last.data["items"]) == 1 and "Link" not in last.headers


# ---- errors ------------------------------------------------------------------------------------------

def test_problem_document(user):
    answer = user.post(wall_of(user), {"content_text": "", "nonsense": 1}, expect=422,
                       headers={"Accept": "application/json, application/problem+json"})
    assert answer.headers["Content-Type"] == "application/problem+json"
    problem = answer.json
    assert problem["status"] == 422 and problem["code"] == "WALL_VALIDATION"
    assert problem["title"] == "Unprocessable Entity" and problem["detail"]
    assert "nonsense" in problem["details"]
    assert problem["request_id"] == answer.headers["X-Request-Id"]


def test_problem_only_when_asked(user):
    answer = user.get("/nowhere", headers={"Accept": "application/json, application/problem+json;q=0"})
    assert answer.headers["Content-Type"] == "application/json"


@declaring("WALL_NOT_ACCEPTABLE")
def test_not_acceptable(user, route):
    answer = user.request(route.method, path_of(route), headers={"Accept": "text/html"}, expect=406)
    assert answer.code == "WALL_NOT_ACCEPTABLE"


def test_acceptable(user):
    assert user.get("/users/me", headers={"Accept": "text/html, */*;q=0.1"}).status == 200
    assert user.get("/users/me", headers={"Accept": "application/*"}).status == 200


def test_unauthenticated_says_how(anonymous):
    answer = anonymous.get("/users/me", expect=401)
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


@declaring("WALL_BAD_REQUEST")
def test_bad_query(asker, route):
    answer = asker.request(route.method, path_of(route), params="limit=%00", expect=400)
    assert answer.code == "WALL_BAD_REQUEST"


def test_wrong_query(user):
    answer = user.get(wall_of(user), params={"limit": 0, "nonsense": "1"}, expect=422)
    assert set(answer.details) == {"limit", "nonsense"}


# ---- bodies ------------------------------------------------------------------------------------------

@pytest.mark.parametrize("body", [b"{", b"[]", b"null", b"{\"content_text\":\"\xff\"}", b"{\"a\":1,\"a\":2}",
                                  b"{} {}", b"\xef\xbb\xbf{}"])
def test_bad_json(user, body):
    answer = user.post(wall_of(user), raw=body)
    assert answer.status in (400, 422), answer
    assert answer.code in ("WALL_BAD_JSON", "WALL_VALIDATION")


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "application/jsonx",
                                  "application/json; charset=latin1"])
def test_wrong_type(user, kind):
    answer = user.post(wall_of(user), raw=b"{}", headers={"Content-Type": kind}, expect=415)
    assert answer.code == "WALL_UNSUPPORTED_MEDIA_TYPE"


def test_compressed_body(user):
    user.post(wall_of(user), raw=b"{}", headers={"Content-Encoding": "gzip"}, expect=415)


def test_right_types(user):
    for kind in ("application/json; charset=UTF-8", "Application/JSON ; charset=\"utf-8\""):
        user.post(wall_of(user), {"content_text": "x"}, headers={"Content-Type": kind}, expect=201)


def test_too_large(user):
    answer = user.post(wall_of(user), raw=b" " * 300000, expect=413)
    assert answer.code == "WALL_TOO_LARGE"
    answer = plain(user).post(wall_of(user), raw=(b" " * 10000 for _ in range(40)))
    assert answer.status == 413 and answer.headers["Connection"] == "close"


def test_chunked_body(user):
    text = json.dumps({"content_text": "in pieces"}).encode()
    answer = plain(user).post(wall_of(user), raw=(text[i:i + 5] for i in range(0, len(text), 5)))
    assert answer.status == 201


def test_body_where_none_is_wanted(user):
    assert user.post("/auth/logout", {"nonsense": 1}).status == 422


def test_httpds_own_errors_stay_httpds(stack):
    with socket.create_connection(("127.0.0.1", stack.port)) as line:
        line.sendall(b"GET /api/v1/health HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n")
        assert line.recv(4096).startswith(b"HTTP/1.1 400 ")


@pytest.mark.parametrize("path, kind", [("/api/v1/auth/login", "application/json"),
                                        ("/login", "application/x-www-form-urlencoded")])
@pytest.mark.parametrize("body", [b"ZZZ\r\n", b"2\r\n{}\r\n-1\r\n", b"2\r\n{}xx0\r\n\r\n"])
def test_a_body_in_broken_chunks_has_one_answer(stack, path, kind, body):
    """httpd answers it while it is read; a second answer behind that would be taken for the next one."""
    with socket.create_connection(("127.0.0.1", stack.port), timeout=5) as line:
        line.sendall(f"POST {path} HTTP/1.1\r\nHost: localhost:{stack.port}\r\nOrigin: {stack.base_url}\r\n"
                     f"Content-Type: {kind}\r\nTransfer-Encoding: chunked\r\n\r\n".encode() + body)
        got = b""
        while piece := line.recv(65536):
            got += piece
    assert got.startswith(b"HTTP/1.1 400 ") and got.count(b"HTTP/1.1 ") == 1
    assert got.rstrip().endswith(b"</html>") and got.count(b"</html>") == 1, got


# ---- cookies and forged requests ---------------------------------------------------------------------

def plain(client):
    """The same person without checks of the answer, by bearer token."""
    other = Client(client.stack, None)
    other.me, other.token, other.bearer = client.me, client.token, True
    return other


def test_session_cookie(stack, contract):
    client = Client(stack, contract)
    client.register()
    answer = client.post("/auth/login", {"login": client.me["username"], "password": client.password},
                         expect=200)
    cookie = answer.cookie()
    assert "Max-Age" not in cookie
    for part in ("Path=/", "HttpOnly", "SameSite=Lax"):
        assert part in cookie
    assert "Domain" not in cookie
    answer = client.post("/auth/login", {"login": client.me["username"], "password": client.password,
                                         "remember": True}, expect=200)
    assert "Max-Age=2592000" in answer.cookie()


def test_logout_clears_the_cookie(user):
    answer = user.logout()
    assert answer.cookie().startswith("wall=;") and "Max-Age=0" in answer.cookie()
    user.get("/users/me", expect=401)


def test_dead_cookie_is_a_visitor(user, stack):
    post = user.write("for all")
    stack.db("DELETE FROM sessions WHERE user_id = ?", user.me["user_id"])
    stack.redis("FLUSHALL")
    eventually(lambda: user.get("/users/me").status == 401, 5)
    user.get(f"/posts/{post['post_id']}", expect=200)


def test_dead_bearer_is_refused_everywhere(user):
    post = user.write("for all")
    other = plain(user)
    other.token = "x" * 43
    assert other.get(f"/posts/{post['post_id']}").status == 401


@pytest.mark.parametrize("headers", [
    {"X-CSRF-Token": None},
    {"X-CSRF-Token": "0" * 32},
    {"X-CSRF-Token": ""},
    {"Origin": None},
    {"Origin": "http://evil.example"},
    {"Origin": "null"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "none"},
])
def test_forged_request_with_a_cookie(user, headers):
    answer = user.post(wall_of(user), {"content_text": "x"}, headers=headers, expect=403)
    assert answer.code == "WALL_CSRF"


def test_apps_host_is_a_foreign_origin(user, stack):
    user.post(wall_of(user), {"content_text": "x"}, expect=403,
              headers={"Origin": f"http://{'a' * 32}.apps.localhost:{stack.port}"})


def test_fetch_metadata_alone_suffices(user):
    user.post(wall_of(user), {"content_text": "x"}, expect=201,
              headers={"Origin": None, "Sec-Fetch-Site": "same-origin"})


def test_another_sessions_csrf_token(new_user):
    one, two = new_user(), new_user()
    one.post(wall_of(one), {"content_text": "x"}, headers={"X-CSRF-Token": two.csrf}, expect=403)


def test_bearer_needs_no_csrf_token(user):
    other = plain(user)
    assert other.post(wall_of(user), {"content_text": "x"}, headers={"Origin": None}).status == 201


@declaring("WALL_CSRF")
def test_request_of_a_foreign_page(asker, route):
    """Signing in and up as well: nobody's cookie is used, but it must not be done to people."""
    answer = asker.request(route.method, path_of(route), body_of(route), expect=403,
                          headers={"Origin": "http://evil.example"})
    assert answer.code == "WALL_CSRF"


@pytest.mark.parametrize("path", ["/auth/login", "/auth/register"])
def test_programs_may_sign_in(anonymous, path):
    assert anonymous.post(path, {}, headers={"Origin": None}).status == 422


# ---- the other two parts -----------------------------------------------------------------------------

APP_HEADERS = {
    "Connection-Allowlist": "()",
    "X-DNS-Prefetch-Control": "off",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
}


def on_apps_host(client, name, path="/", method="GET"):
    return client.http.request(method, f"http://127.0.0.1:{client.stack.port}{path}",
                               headers={"Host": f"{name}.apps.localhost:{client.stack.port}",
                                        "Cookie": "wall=x"})


def check_app_headers(response, stack):
    for name, value in APP_HEADERS.items():
        assert response.headers[name] == value, name
    assert response.headers["Content-Security-Policy"] == (
        "sandbox allow-scripts; default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; "
        "img-src data: blob:; media-src data: blob:; font-src data:; form-action 'none'; base-uri 'none'; "
        f"frame-ancestors {stack.base_url}")
    assert "Set-Cookie" not in response.headers


def test_app_page(stack, user):
    app = user.generate("A timer for tea")["post"]["app"]
    user.wait_job(app["job_id"])
    name = stack.value("SELECT public_name FROM ai_applications WHERE app_id = ?", app["app_id"])
    response = on_apps_host(user, name)
    assert response.status_code == 200
    assert response.headers["Content-Type"] == "text/html; charset=utf-8"
    check_app_headers(response, stack)
    again = user.http.get(response.url, headers={"Host": f"{name}.apps.localhost:{stack.port}",
                                                 "If-None-Match": response.headers["ETag"]})
    assert again.status_code == 304
    check_app_headers(on_apps_host(user, name.upper()), stack)


@pytest.mark.parametrize("name, path, method", [
    ("0" * 32, "/", "GET"), ("0" * 31, "/", "GET"), ("g" * 32, "/", "GET"), ("www", "/", "GET"),
    ("0" * 32, "/api/v1/health", "GET"), ("0" * 32, "/assets/main.js", "GET"), ("0" * 32, "/", "POST"),
    ("a.b", "/", "GET"),
])
def test_apps_host_serves_nothing_else(stack, anonymous, name, path, method):
    response = on_apps_host(anonymous, name, path, method)
    assert response.status_code == 404
    check_app_headers(response, stack)


@pytest.mark.parametrize("path", ["/", "/w/{username}", "/login", "/register", "/w/nobody-of-this-name"])
def test_pages(stack, anonymous, user, path):
    missing = "nobody" in path
    path = path.format_map(user.me)
    response = anonymous.http.get(stack.base_url + path)
    assert response.status_code == (404 if missing else 200)
    assert response.headers["Content-Type"] == "text/html; charset=utf-8"
    policy = response.headers["Content-Security-Policy"]
    assert f"frame-src http://*.apps.localhost:{stack.port};" in policy
    assert "default-src 'none'" in policy and "require-trusted-types-for 'script'" in policy
    assert "unsafe" not in policy
    assert response.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "Strict-Transport-Security" not in response.headers


def test_assets(stack, anonymous):
    page = anonymous.http.get(stack.base_url + "/").text
    script = re.search(r'src="(/assets/[^"]+\.js)"', page)[1]
    for path, kept in ((script, "public, max-age=31536000, immutable"), ("/robots.txt", "no-cache")):
        response = anonymous.http.get(stack.base_url + path)
        assert response.status_code == 200
        assert response.headers["Content-Type"].startswith(("text/javascript", "text/plain"))
        assert response.headers["Cache-Control"] == kept
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        again = anonymous.http.get(stack.base_url + path,
                                   headers={"If-None-Match": response.headers["ETag"]})
        assert again.status_code == 304


@pytest.mark.parametrize("path", ["/nowhere", "/assets/", "/assets/nothing.js", "/assets/../index.html/x",
                                  "/assets/.htaccess", "/index.html", "/README.md", "/etc/passwd"])
def test_nothing_else_is_served(stack, anonymous, path):
    response = anonymous.http.get(stack.base_url + path)
    assert response.status_code == 404
    assert "Content-Security-Policy" in response.headers
