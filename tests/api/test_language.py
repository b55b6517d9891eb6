# SPDX-License-Identifier: Apache-2.0
"""Errors in the reader's language: the catalogues of htdocs/locales, one code everywhere."""

import json
import os

import pytest

from tests.stack import TOP
from tests.stack.client import Client

LANGUAGES = ("en", "de", "es", "ru", "ar")
TEXTS = {}
for _language in LANGUAGES:
    with open(os.path.join(TOP, "htdocs", "locales", _language + ".json"), encoding="utf-8") as _file:
        TEXTS[_language] = json.load(_file)


def speaking(language):
    return {"Accept-Language": language}


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_error_in_five_languages(anonymous, language):
    answer = anonymous.get("/posts/999999999", headers=speaking(language), expect=404)
    assert answer.code == "WALL_NOT_FOUND"
    assert answer.error["message"] == TEXTS[language]["error.WALL_NOT_FOUND"]
    assert answer.headers["Content-Language"] == language
    assert "Accept-Language" in answer.headers["Vary"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_reasons_stand_at_their_field(anonymous, language):
    body = {"username": "ab", "email": "nobody", "password": "", "wing": 1}
    answer = anonymous.post("/auth/register", body, headers=speaking(language), expect=422)
    texts = TEXTS[language]
    assert answer.code == "WALL_VALIDATION"
    assert answer.error["message"] == texts["error.WALL_VALIDATION"]
    assert set(answer.details) == {"username", "email", "password", "wing"}
    form = {"en": "other", "de": "other", "es": "other", "ru": "few", "ar": "few"}[language]
    assert answer.details["username"] == texts["why.TOO_SHORT"][form].replace("{n}", "3")
    assert answer.details["email"] == texts["why.NOT_EMAIL"]
    assert answer.details["password"] == texts["why.EMPTY"]
    assert answer.details["wing"] == texts["why.UNKNOWN_FIELD"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_reason_of_a_domain(user, new_user, language):
    other = new_user().me["wall"]["wall_slug"]
    answer = user.post(f"/walls/{other}/posts", {"content_text": "x"}, headers=speaking(language), expect=403)
    assert (answer.code, answer.error["message"]) == ("WALL_FORBIDDEN", TEXTS[language]["why.WALL_NOT_YOURS"])


def test_problem_json_speaks_too(anonymous):
    answer = anonymous.get("/posts/999999999", expect=404,
                           headers={**speaking("de"), "Accept": "application/problem+json"})
    assert answer.json["detail"] == TEXTS["de"]["error.WALL_NOT_FOUND"]
    assert answer.json["code"] == "WALL_NOT_FOUND"


@pytest.mark.parametrize("wish, language", [
    ("fr", "en"), ("tlh;q=1", "en"), ("", "en"), ("fr, ru;q=0.3", "ru"), ("de-CH", "de"), ("de;q=0, es;q=0.1", "es"),
])
def test_what_is_negotiated(anonymous, wish, language):
    answer = anonymous.get("/posts/999999999", headers=speaking(wish), expect=404)
    assert answer.error["message"] == TEXTS[language]["error.WALL_NOT_FOUND"]


@pytest.mark.parametrize("cookie, language", [("ru", "ru"), ("xx", "de"), ("", "de"), ("../en", "de")])
def test_what_was_chosen_comes_first(anonymous, cookie, language):
    headers = {**speaking("de"), "Cookie": f"wall_lang={cookie}"}
    answer = anonymous.get("/posts/999999999", headers=headers, expect=404)
    assert answer.error["message"] == TEXTS[language]["error.WALL_NOT_FOUND"]


@pytest.mark.expect_log(r"Ollama|job [0-9a-f-]{36}")
def test_a_failed_job_in_words(stack, user):
    job = user.generate("A clock with two hands [[fault:not-found]] [[rate:20000]]")["job"]
    user.wait_job(job["job_id"])
    held = str(job["estimated_bricks_max"])
    for language in LANGUAGES:
        done = user.get(f"/ai/jobs/{job['job_id']}", headers=speaking(language), expect=200).data
        assert done["error_code"] == "MODEL_NOT_FOUND"
        assert done["error_message"].startswith(TEXTS[language]["job.MODEL_NOT_FOUND"] + " ")
        assert held in done["error_message"]
        for path in (f"/p/{job['post_id']}", f"/a/{job['app_id']}"):
            text = user.http.get(stack.base_url + path, headers=speaking(language), timeout=10).text
            assert f"<p>{TEXTS[language]['job.MODEL_NOT_FOUND']} " in text
    # what an older or newer program stored is said as it stands
    stack.db("UPDATE ai_generation_jobs SET error_reason = 'SOLAR_FLARE', error_message = 'As stored.' "
             "WHERE job_id = ?", job["job_id"])
    done = user.get(f"/ai/jobs/{job['job_id']}", headers=speaking("ru"), expect=200).data
    assert done["error_message"] == "As stored."


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_refused_form_in_words(anonymous, stack, language):
    headers = {**speaking(language), "Origin": stack.base_url, "Sec-Fetch-Site": "same-origin"}
    answer = anonymous.http.post(stack.base_url + "/login", headers=headers, allow_redirects=False, timeout=10,
                                 data={"login": "nobody-of-that-name", "password": "wrong but long"})
    assert answer.status_code == 401
    assert TEXTS[language]["error.WALL_BAD_CREDENTIALS"] in answer.text


# ---- the account's language ----------------------------------------------------------------------
def test_an_account_takes_its_language_along(stack, contract, user):
    assert user.me["language"] is None
    changed = user.patch("/users/me", {"language": "ru"}, expect=200)
    assert changed.data["language"] == "ru" and "wall_lang=ru" in changed.headers["Set-Cookie"]
    other = Client(stack, contract)
    signed_in = other.post("/auth/login", {"login": user.me["username"], "password": user.password}, expect=200)
    assert "wall_lang=ru" in signed_in.headers["Set-Cookie"]
    assert other.get("/posts/999999999", expect=404).headers["Content-Language"] == "ru"
    back = user.patch("/users/me", {"language": None}, expect=200)
    assert back.data["language"] is None and "wall_lang=; Path=/; SameSite=Lax; Max-Age=0" in back.headers["Set-Cookie"]


def test_only_languages_there_are(user):
    refused = user.patch("/users/me", {"language": "tlh"}, expect=422)
    assert refused.details["language"].endswith("ar, de, en, es, ru.")


def test_two_who_change_an_account(user):
    tag = user.get("/users/me", expect=200).headers["ETag"]
    user.patch("/users/me", {"language": "de"}, headers={"If-Match": tag}, expect=200)
    user.patch("/users/me", {"language": "es"}, headers={"If-Match": tag}, expect=412)
