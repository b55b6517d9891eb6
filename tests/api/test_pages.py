# SPDX-License-Identifier: Apache-2.0
"""Page addresses: documents that are useful without script, signing in by form, the client's files."""

import json
import re
import time
import uuid

import pytest
import requests

from tests.stack.client import Answer

PASSWORD = "four walls and a door"


def page(stack, path, cookies=None, **headers):
    return requests.get(stack.base_url + path, cookies=cookies, headers=headers, allow_redirects=False, timeout=10)


def shell_of(text):
    return json.loads(re.search(r'id="shell">(.*?)</script>', text, re.S)[1])


def session_cookie(user):
    return {"wall": user.token}


def same_origin(stack):
    return {"Origin": stack.base_url, "Sec-Fetch-Site": "same-origin"}


def send(stack, path, fields, **headers):
    return requests.post(stack.base_url + path, data=fields, allow_redirects=False, timeout=10,
                         headers={**same_origin(stack), **headers})


def test_the_front_door(stack):
    answer = page(stack, "/")
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    policy = answer.headers["Content-Security-Policy"]
    nonce = re.search(r"'nonce-([\w-]{22})'", policy)[1]
    assert f'nonce="{nonce}"' in answer.text
    assert "'unsafe" not in policy and "require-trusted-types-for 'script'" in policy
    assert page(stack, "/").headers["Content-Security-Policy"] != policy
    for part in ('<form class="account-form" method="post" action="/login"', 'property="og:title"', 'rel="canonical"'):
        assert part in answer.text


def test_a_post_is_readable_and_described(stack, user):
    post = user.write('Cobalt at 2.5% is "plenty" <script>alert(1)</script> https://example.org/kiln.')
    answer = page(stack, f"/p/{post['post_id']}")
    assert answer.status_code == 200
    assert "Cobalt at 2.5% is &quot;plenty&quot; &lt;script&gt;alert(1)&lt;/script&gt;" in answer.text
    assert '<a href="https://example.org/kiln" rel="nofollow noopener ugc"' in answer.text
    assert f'<link rel="canonical" href="{stack.base_url}/p/{post["post_id"]}">' in answer.text
    assert "<script>alert" not in answer.text
    assert shell_of(answer.text)["data"][f"/posts/{post['post_id']}"] == post


def test_a_wall_pages_by_links(stack, user):
    for n in range(25):
        user.write(f"number {n}")
    first = page(stack, f"/w/{user.me['wall']['wall_slug']}").text
    link = re.search(r'rel="next" href="([^"]+)"', first)[1]
    second = page(stack, link).text
    assert "<p>number 24</p>" in first and "<p>number 4</p>" not in first
    assert "<p>number 4</p>" in second and "<p>number 0</p>" in second


@pytest.mark.parametrize("path", ["/nope", "/w/nobody-at-all", "/p/999999999", "/p/x", "/a/999999999", "/styleguide"])
def test_what_is_not_there(stack, path):
    answer = page(stack, path)
    assert answer.status_code == 404
    assert "There is nothing here" in answer.text and 'name="robots" content="noindex"' in answer.text
    assert shell_of(answer.text)["status"] == 404


def test_a_private_post_looks_like_none(stack, user, new_user):
    post = user.write("mine", visibility="private")
    path = f"/p/{post['post_id']}"
    for cookies in (None, session_cookie(new_user())):
        hidden = page(stack, path, cookies)
        assert hidden.status_code == 404 and "mine" not in hidden.text
    own = page(stack, path, session_cookie(user))
    assert own.status_code == 200 and "noindex" in own.text


@pytest.mark.parametrize("path", ["/new", "/new/app", "/bricks"])
def test_pages_of_ones_own_lead_to_signing_in(stack, user, path):
    answer = page(stack, path)
    assert answer.status_code == 303
    assert requests.utils.unquote(answer.headers["Location"]) == f"/login?next={path}"
    assert page(stack, path, session_cookie(user)).status_code == 200


def test_register_and_sign_in_without_script(stack):
    name = "n" + uuid.uuid4().hex[:10]
    fields = {"username": name, "email": f"{name}@example.org", "password": PASSWORD, "display_name": ""}
    answer = send(stack, "/register", fields)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")
    me = shell_of(page(stack, "/", {"wall": answer.cookies["wall"]}).text)["me"]
    assert me["username"] == name
    answer = send(stack, "/login?next=%2Fbricks", {"login": name, "password": PASSWORD, "remember": "on"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/bricks")
    assert "Max-Age=2592000" in Answer(answer).cookie()
    cookie = {"wall": answer.cookies["wall"]}
    token = shell_of(page(stack, "/", cookie).text)["me"]["csrf_token"]
    for given, status in (("wrong", 403), (token, 303)):
        out = requests.post(f"{stack.base_url}/logout", data={"csrf_token": given}, cookies=cookie,
                            headers=same_origin(stack), allow_redirects=False, timeout=10)
        assert out.status_code == status
    time.sleep(1.1)  # what other processes may still remember of a session
    assert shell_of(page(stack, "/", cookie).text)["me"] is None


def test_a_refused_form_keeps_what_was_typed(stack):
    answer = send(stack, "/register", {"username": "x", "email": "no", "password": "short", "display_name": "Ada & co"})
    assert answer.status_code == 422
    assert 'value="Ada &amp; co"' in answer.text and 'value="no"' in answer.text and "short" not in answer.text
    assert answer.text.count('class="err"') == 3
    answer = send(stack, "/login", {"login": "nobody-here", "password": "wrong wrong wrong"})
    assert answer.status_code == 401 and 'role="alert"' in answer.text and 'value="nobody-here"' in answer.text


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "/\\evil.example", "/a\r\nX: y"])
def test_next_stays_on_the_site(stack, user, target):
    path = "/login?next=" + requests.utils.quote(target, safe="")
    assert page(stack, path, session_cookie(user)).headers["Location"] == "/"


def test_forms_of_other_sites_are_refused(stack):
    for headers in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
        assert send(stack, "/login", {"login": "a", "password": "b"}, **headers).status_code == 403
    bare = requests.post(f"{stack.base_url}/login", data={"login": "a", "password": "b"}, timeout=10)
    assert bare.status_code == 403


@pytest.mark.parametrize("header,language,direction", [
    ("de-AT,de;q=0.9", "de", "ltr"), ("ar", "ar", "rtl"), ("fr, ru;q=0.4, es;q=0.3", "ru", "ltr"), ("xx", "en", "ltr")])
def test_the_readers_language(stack, header, language, direction):
    answer = page(stack, "/login", **{"Accept-Language": header})
    assert f'<html lang="{language}" dir="{direction}"' in answer.text
    own = page(stack, "/login", {"wall_lang": "es", "wall_theme": "dark"}, **{"Accept-Language": header})
    assert '<html lang="es" dir="ltr" data-theme="dark"' in own.text and ">Entrar<" in own.text


@pytest.mark.parametrize("path, known", [("/", {"GET"}), ("/login", {"GET", "POST"}), ("/logout", {"POST"})])
def test_methods_of_a_page(stack, path, known):
    """RFC 9110 15.5.6: who is refused a method is told the ones there are."""
    known = known | {"OPTIONS"} | ({"HEAD"} if "GET" in known else set())
    for method, status in (("PUT", 405), ("BREW", 405), ("OPTIONS", 204)):
        answer = requests.request(method, stack.base_url + path, timeout=10)
        assert answer.status_code == status and set(answer.headers["Allow"].split(", ")) == known
    assert requests.options(stack.base_url + "/nowhere/at/all", timeout=10).status_code == 404


def test_files_are_kept_for_ever_and_compressed(stack):
    text = page(stack, "/").text
    script = re.search(r'src="(/assets/main-[^"]+)"', text)[1]
    plain = page(stack, script, **{"Accept-Encoding": "identity"})
    packed = page(stack, script, **{"Accept-Encoding": "gzip, deflate, br"})
    assert plain.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert plain.headers["Content-Type"] == "text/javascript; charset=utf-8"
    assert packed.headers["Content-Encoding"] == "br" and "Accept-Encoding" in packed.headers["Vary"]
    assert int(packed.headers["Content-Length"]) < len(plain.content)
    assert page(stack, script, **{"Accept-Encoding": "gzip"}).content == plain.content
    for refused in ("br;q=0, gzip", "br; q=0.0 ,gzip;q=0.5"):
        assert page(stack, script, **{"Accept-Encoding": refused}).headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in page(stack, script, **{"Accept-Encoding": "gzip;q=0, br;q=0"}).headers
    worker = page(stack, "/sw.js")
    assert worker.status_code == 200 and worker.headers["Cache-Control"] == "no-cache"
    manifest = page(stack, "/manifest.webmanifest")
    assert manifest.headers["Content-Type"] == "application/manifest+json"
    for icon in manifest.json()["icons"]:
        assert page(stack, icon["src"]).content.startswith(b"\x89PNG")
    assert page(stack, "/assets/../assets.json").status_code == 404
    assert page(stack, "/assets.json").status_code == 404
