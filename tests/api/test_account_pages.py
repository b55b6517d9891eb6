# SPDX-License-Identifier: Apache-2.0
"""The pages that links in mails lead to, and their forms sent without script."""

import uuid
from urllib.parse import urlsplit

import pytest
import requests

from tests.stack.client import Client

NEW = "another horse battery"


@pytest.fixture
def browser(stack):
    """A browser without script: follows links and sends forms."""

    class Browser(requests.Session):
        def page(self, path, **more):
            return self.get(path if path.startswith("http") else stack.base_url + path, allow_redirects=False, **more)

        def submit(self, path, base=None, **fields):
            base = base or stack.base_url
            return self.post(base + path, data=fields, headers={"Origin": stack.base_url}, allow_redirects=False)

    browser = Browser()
    browser.trust_env = False
    return browser


def path_of(link):
    parts = urlsplit(link)
    return f"{parts.path}?{parts.query}"


def test_a_forgotten_password_without_script(browser, user, mailbox, anonymous):
    box = mailbox(user.me["email"])
    box.wait("Confirm")
    assert "/forgot" in browser.page("/login").text
    assert "<form" in browser.page("/forgot").text
    sent = browser.submit("/forgot", login=user.me["username"])
    assert (sent.status_code, sent.headers["Location"]) == (303, "/forgot?done=yes")
    assert "a mail is on its way" in browser.page("/forgot?done=yes").text
    mail = box.wait("Choose a new password")
    page = browser.page(path_of(mail.link))
    assert f'value="{mail.token}"' in page.text and page.headers["Referrer-Policy"]
    refused = browser.submit(path_of(mail.link), token=mail.token, password="short")
    assert refused.status_code == 422 and f'value="{mail.token}"' in refused.text and "at least 10" in refused.text
    done = browser.submit(path_of(mail.link), token=mail.token, password=NEW)
    assert (done.status_code, done.headers["Location"]) == (303, "/reset-password?done=yes")
    again = browser.submit(path_of(mail.link), token=mail.token, password=NEW)
    assert again.status_code == 410 and "not valid any more" in again.text
    anonymous.login(user.me["username"], NEW)


def test_opening_a_link_uses_nothing(browser, user, mailbox):
    """Mail scanners open every link: only the click on the page counts."""
    mail = mailbox(user.me["email"]).wait("Confirm")
    for _ in range(3):
        assert browser.page(mail.link).status_code == 200
    assert user.get("/users/me/email").data["email_verified"] is False
    done = browser.submit("/verify-email", token=mail.token)
    assert done.headers["Location"] == "/verify-email?done=confirmed"
    assert "is confirmed" in browser.page("/verify-email?done=confirmed").text
    assert user.get("/users/me/email").data["email_verified"] is True


def test_registering_first_without_script(stack, browser, mailbox):
    name = "u" + uuid.uuid4().hex[:12]
    fields = {"username": name, "email": f"{name}@example.org", "password": "correct horse battery", "display_name": ""}
    fields.pop("display_name")
    sent = browser.submit("/register", base=stack.faces["first"], **fields)
    assert (sent.status_code, sent.headers["Location"]) == (303, "/register?pending=email")
    assert "We sent you a mail" in browser.page("/register?pending=email").text
    mail = mailbox(f"{name}@example.org").wait("Confirm")
    done = browser.submit("/verify-email", token=mail.token)
    assert done.headers["Location"] == "/verify-email?done=opened"


def test_registering_with_an_invitation_without_script(stack, browser, user):
    code = user.post("/invitations", {}, expect=201).data["code"]
    page = browser.page(f"{stack.faces['invite']}/register?invitation={code}")
    assert f'name="invitation"' in page.text and f'value="{code}"' in page.text
    assert "takes no new accounts" in browser.page(f"{stack.faces['closed']}/register").text
    assert "administrator looks" in browser.page(f"{stack.faces['approval']}/register").text


def test_taking_the_address_back_without_script(browser, user, anonymous, mailbox):
    old = mailbox(user.me["email"])
    old.wait("Confirm")
    new = f"n{uuid.uuid4().hex[:10]}@example.org"
    user.post("/users/me/email", {"email": new}, expect=200)
    anonymous.post("/auth/verify-email", {"token": mailbox(new).wait("Confirm").token}, expect=200)
    mail = old.wait("was changed")
    assert "uses this address again" in browser.page(path_of(mail.link)).text
    done = browser.submit(path_of(mail.link), token=mail.token)
    assert done.headers["Location"] == "/undo-email?done=yes"


def test_mails_are_shown_only_by_a_site_that_sends_none(stack, contract, browser, user, mailbox):
    mailbox(user.me["email"]).wait("Confirm")
    assert browser.page("/dev/mails").status_code == 404
    dry = Client(stack, contract, base_url=stack.faces["dry"])
    stack.db("UPDATE mails SET content = '{\"values\":[]}' WHERE address = ?", user.me["email"])
    page = browser.page(f"{dry.base_url}/dev/mails")
    assert page.status_code == 200 and user.me["email"] in page.text and "<script>alert" not in page.text
    assert page.headers["X-Robots-Tag"] if "X-Robots-Tag" in page.headers else "noindex" in page.text
