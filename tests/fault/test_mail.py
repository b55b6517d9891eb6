# SPDX-License-Identifier: Apache-2.0
"""Mails while things break: nothing is lost, nothing is sent where it must not be."""

import json
import os
import time
import uuid

import pytest

from tests.stack import eventually


def queue(stack, address, kind="email_in_use", values=(), **more):
    """A mail as mail_queue() writes it; returns its id."""
    columns = {"kind": kind, "address": address, "content": json.dumps({"values": list(values)}), **more}
    stack.db(f"INSERT INTO mails ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})", *columns.values())
    return stack.number("SELECT MAX(mail_id) FROM mails WHERE address = ?", address)


def row(stack, mail_id):
    return stack.db("SELECT * FROM mails WHERE mail_id = ?", mail_id)[0]


def somebody():
    return f"m{uuid.uuid4().hex[:10]}@example.org"


def test_what_a_mail_looks_like(stack, mailbox):
    address = somebody()
    mail_id = queue(stack, address, language="ar")
    mail = mailbox(address).wait()
    assert mail.sender == "wall@localhost" and mail.to == [address]
    assert mail.subject == "أراد شخص ما استخدام عنوانك"  # a subject beyond ASCII survives
    assert mail.headers["Auto-Submitted"] == "auto-generated"
    assert mail.headers["Message-ID"].endswith("@localhost>") and mail.headers["Date"]
    assert mail.headers.get_content_type() == "multipart/alternative"
    assert 'dir="rtl"' in mail.html and "http-equiv" not in mail.html and "<img" not in mail.html
    assert max(map(len, mail.raw.split(b"\r\n"))) <= 78
    sent = eventually(lambda: row(stack, mail_id)["status"] == "sent" and row(stack, mail_id))
    assert sent["content"] is None  # what stood in it is not kept


def test_what_is_typed_cannot_begin_a_header(stack, mailbox):
    """Values end up in bodies, escaped; an address with a line break is refused for good."""
    address = somebody()
    queue(stack, address, kind="email_changed", values=["email", "a@b.c\r\nBcc: x@y.z <script>"])
    mail = mailbox(address).wait()
    assert mail.headers["Bcc"] is None and "&lt;script&gt;" in mail.html and "<script" not in mail.html
    assert mail.to == [address]


@pytest.mark.expect_log(r"WALL(NO\()?00521|given up")
def test_an_address_that_is_two_lines_is_refused(stack, sink):
    tried = sink.tried
    mail_id = queue(stack, "a@example.org\r\nRCPT TO:<b@example.org>")
    failed = eventually(lambda: row(stack, mail_id)["status"] == "failed" and row(stack, mail_id))
    assert "header" in failed["error"] and sink.tried == tried


def test_refused_for_now_is_tried_again(stack, sink, mailbox):
    address = somebody()
    sink.answers[:] = ["451 4.3.0 later", "421 4.3.2 shutting down"]
    mail_id = queue(stack, address)
    mailbox(address).wait(seconds=20)
    sent = eventually(lambda: row(stack, mail_id)["status"] == "sent" and row(stack, mail_id))
    assert sent["attempts"] == "3" and len(mailbox(address).mails) == 1


@pytest.mark.expect_log(r"given up")
def test_refused_for_good_is_given_up(stack, sink, mailbox):
    address = somebody()
    sink.answers[:] = ["550 5.1.1 no such person"]
    mail_id = queue(stack, address)
    failed = eventually(lambda: row(stack, mail_id)["status"] == "failed" and row(stack, mail_id))
    assert "550" in failed["error"] and failed["content"] is None and failed["attempts"] == "1"
    mailbox(address).none()


def test_a_server_that_is_down_delays_and_loses_nothing(stack, sink, mailbox):
    addresses = [somebody() for _ in range(3)]
    sink.stop()
    try:
        ids = [queue(stack, address) for address in addresses]
        eventually(lambda: all(int(row(stack, i)["attempts"]) >= 1 for i in ids), seconds=20)
    finally:
        sink.start()
    for address in addresses:
        mailbox(address).wait(seconds=20)
        assert len(mailbox(address).mails) == 1


def mail_child(stack):
    return next((pid for pid in stack.children("worker") if stack.command(pid) == "wall-mail"), None)


@pytest.mark.expect_log(r"mail child \d+ ended \(signal 9\)")
def test_a_killed_lane_sends_what_it_had_claimed(stack, mailbox):
    """Claimed by one that died: it goes again once the lease is over, under the same Message-ID."""
    address = somebody()
    pid = eventually(lambda: mail_child(stack))
    mail_id = queue(stack, address, status="sending", fence=7, attempts=1)
    stack.db("UPDATE mails SET lease_until = NOW(6) + INTERVAL 2 SECOND WHERE mail_id = ?", mail_id)
    os.kill(pid, 9)
    eventually(lambda: mail_child(stack) not in (None, pid))
    mailbox(address).wait(seconds=20)
    assert row(stack, mail_id)["fence"] == "9"


def test_a_lane_that_was_thought_dead_changes_nothing(stack, sink, mailbox):
    """Stopped while the server has its message; another took the mail meanwhile: the late "sent" is refused."""
    address = somebody()
    mail_id = queue(stack, address, status="sending", fence=3, attempts=1)
    stack.db("UPDATE mails SET lease_until = NOW(6) + INTERVAL 1 SECOND WHERE mail_id = ?", mail_id)
    mailbox(address).wait(seconds=20)
    stack.db("UPDATE mails SET status = 'sent' WHERE mail_id = ? AND fence = 3 AND status = 'sending'", mail_id)
    assert row(stack, mail_id)["fence"] == "5"
    time.sleep(0.5)
    assert len(mailbox(address).mails) == 1


@pytest.mark.expect_log(r"(?i)WALL_DB_UNAVAILABLE|mysql|dbd|database|connect|lost|gone away")
def test_a_database_that_is_away_after_sending_sends_nothing_twice(stack, sink, mailbox):
    """The server has the mail, the database cannot be told: it is told later, the mail is not sent again."""
    address = somebody()
    sink.pause.clear()
    try:
        mail_id = queue(stack, address)
        assert sink.paused.wait(15)  # the server holds the message, nothing is answered yet
        stack.stop("mariadb")
    finally:
        sink.pause.set()
    time.sleep(2)
    stack.start("mariadb")
    sent = eventually(lambda: row(stack, mail_id)["status"] == "sent" and row(stack, mail_id), 30)
    assert sent["attempts"] == "1" and len(mailbox(address).mails) == 1
    time.sleep(1)
    assert len(mailbox(address).mails) == 1
    stack.graceful()  # httpd's connections have died as well; later tests need not meet them


def test_a_mail_that_kills_its_lane_each_time_ends(stack, mailbox):
    """Claimed again and again by ones that die: it waits longer each time, and is given up in the end."""
    address = somebody()
    last = queue(stack, address, status="sending", fence=40, attempts=36)
    early = queue(stack, address, status="sending", fence=12, attempts=10)
    for mail_id in (last, early):
        stack.db("UPDATE mails SET lease_until = NOW(6) - INTERVAL 1 SECOND WHERE mail_id = ?", mail_id)
    failed = eventually(lambda: row(stack, last)["status"] == "failed" and row(stack, last), 20)
    assert "ended while" in failed["error"] and failed["content"] is None
    waits = eventually(lambda: row(stack, early)["status"] == "queued" and row(stack, early), 20)
    assert waits["fence"] == "13"
    pause = stack.number("SELECT TIMESTAMPDIFF(SECOND, NOW(6), not_before) FROM mails WHERE mail_id = ?", early)
    assert 900 < pause <= 1024
    mailbox(address).none()


@pytest.mark.expect_log(r"poison")
def test_a_wish_that_cannot_be_answered_keeps_no_mail_from_its_turn(stack, user, mailbox):
    address = somebody()
    stack.db("ALTER TABLE account_tokens ADD CONSTRAINT poison CHECK (user_id <> ? OR purpose <> 'reset_password')",
             user.me["user_id"])
    try:
        stack.db("INSERT INTO account_requests (kind, login) VALUES ('reset_password', ?)", user.me["username"])
        queue(stack, address)
        mailbox(address).wait(seconds=10)
        eventually(lambda: stack.number("SELECT COUNT(*) FROM account_requests") == 0)
    finally:
        stack.db("ALTER TABLE account_tokens DROP CONSTRAINT poison")
