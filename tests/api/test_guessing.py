# SPDX-License-Identifier: Apache-2.0
"""Guessing at passwords: how often one may, that nobody is locked out by it, and what it costs the server."""

import os
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.stack.client import Client, From

ARGON_MIB, AT_ONCE = 19, 2  # mod_wall/core/crypto.c: of each process
STRANGERS = 100             # mod_wall/app/auth/passwords.c


@pytest.fixture
def visitor(stack, contract, strict):
    """A function: a browser that has never been here, at an address, on the site with its true limits."""
    def make(address, device=None):
        client = Client(stack, contract, base_url=strict)
        client.http.mount("http://", From(address))
        if device:
            client.http.cookies["wall-device"] = device
        return client

    return make


def guess(client, login, number=0):
    return client.post("/auth/login", {"login": login, "password": f"guess {number} of many"})


# ---- limits, and that they lock nobody out ---------------------------------------------------------
def test_nobody_locks_another_out(visitor, user):
    """A hundred wrong passwords from one address; the owner signs in from another, at once."""
    attacker = visitor("127.0.0.9")
    statuses = [guess(attacker, user.me["username"], n).status for n in range(100)]
    assert set(statuses) == {401, 429} and statuses.count(401) <= 11
    assert attacker.post("/auth/login", {"login": user.me["username"], "password": user.password}).status == 429
    visitor("127.0.0.10").login(user.me["username"], user.password)


def guess_from_everywhere(visitor, login, net):
    """Nine guesses from each of a dozen addresses; how many were looked at, and the last answer."""
    statuses, answer = [], None
    for host in range(1, 13):
        client = visitor(f"127.0.{net}.{host}")
        for number in range(9):
            answer = guess(client, login, number)
            statuses.append(answer.status)
    assert set(statuses) == {401, 429}
    return statuses.count(401), answer


def strangers_are_refused(visitor, login, net, since):
    """But for the one guess each 36 seconds that has become free since; then none is left."""
    looked_at = 0
    while guess(visitor(f"127.0.{net}.{looked_at + 1}"), login).status != 429:
        looked_at += 1
        assert looked_at <= 1 + (time.monotonic() - since) / 36


def test_guessing_from_many_addresses_is_limited_and_the_owner_gets_in(visitor, user, mailbox):
    box = mailbox(user.me["email"])
    box.wait("Confirm")
    name, password = user.me["username"], user.password
    known, refused = guess_from_everywhere(visitor, name, 1)
    since = time.monotonic()
    unknown, alike = guess_from_everywhere(visitor, "u" + uuid.uuid4().hex[:12], 2)
    # A few more may have been let in while the guessing went on, one each 36 seconds.
    assert STRANGERS <= known <= STRANGERS + 3 and STRANGERS <= unknown <= STRANGERS + 3
    assert refused.code == alike.code == "WALL_RATE_LIMITED" and 1 <= int(refused.headers["Retry-After"]) <= 36
    strangers_are_refused(visitor, name, 3, since)
    assert guess(visitor("127.0.4.3"), "u" + uuid.uuid4().hex[:12]).status == 401
    # The owner, on a device of theirs anywhere, or anywhere where they are signed in.
    visitor("127.0.4.2", device=user.http.cookies["wall-device"]).login(name, password)
    visitor("127.0.0.1").login(name, password)
    # On a new device in a new place: their mailbox lets them in.
    newcomer = visitor("127.0.4.1")
    strangers_are_refused(visitor, name, 5, since)
    assert newcomer.post("/auth/login", {"login": name, "password": password}).status == 429
    newcomer.post("/auth/reset-password", {"login": name}, expect=200)
    newcomer.post("/auth/reset-password/confirm", {"token": box.wait("Choose a new password").token,
                                                   "password": "another horse battery"}, expect=200)
    newcomer.login(name, "another horse battery")
    # And whoever guesses gains nothing by it.
    strangers_are_refused(visitor, name, 6, since)


def test_a_made_up_device_is_a_stranger(stack, visitor, user, new_user):
    """Neither a cookie of one's own nor an address at which somebody else is signed in helps."""
    stack.db("DELETE FROM sessions WHERE user_id = ?", user.me["user_id"])
    for n in range(STRANGERS):
        guess(visitor(f"127.0.4.{n // 9 + 1}"), user.me["username"], n)
    other = new_user()
    for device in (other.http.cookies["wall-device"], "A" * 43, "x", "' OR 1=1 -- "):
        assert guess(visitor("127.0.0.1", device), user.me["username"]).status == 429


def test_one_account_has_one_spelling(stack, contract, new_user):
    """Else each spelling of an address were a name of its own to those who count tries."""
    owner = new_user()
    for login in (owner.me["email"].replace("e", "é"), owner.me["email"].replace("@", "\u00ad@"),
                  owner.me["email"].replace("u", "ü", 1)):
        client = Client(stack, contract)
        assert client.post("/auth/login", {"login": login, "password": owner.password}, expect=401).code == \
            "WALL_BAD_CREDENTIALS"
    Client(stack, contract).login(owner.me["email"].upper(), owner.password)


def test_an_open_session_is_no_place_to_guess_either(strict, new_user):
    """Who finds one open may try ten passwords in a quarter of an hour, and its owner can see it."""
    user = new_user()
    user.base_url = strict
    client = user.as_bearer()
    answers = [client.post("/auth/confirm", {"password": f"guess {n}"}) for n in range(12)]
    assert [a.status for a in answers] == [401] * 10 + [429] * 2, answers
    assert client.post("/auth/confirm", {"password": user.password}).status == 429
    lines = client.get("/users/me/logins", expect=200).data["items"]
    assert [line["outcome"] for line in lines].count("wrong_password") == 10


# ---- what it costs -------------------------------------------------------------------------------
def resident(pids):
    """MiB of memory that those processes hold, or None when one has ended."""
    pages = 0
    for pid in pids:
        try:
            with open(f"/proc/{pid}/statm", encoding="ascii") as file:
                pages += int(file.read().split()[1])
        except (OSError, IndexError):
            return None
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


@pytest.mark.expect_log(r"WALL_BUSY|AH00484|AH10159")
def test_hashing_is_bounded(stack, contract):
    """Many at once: some wait, some are told to come back, all get an answer; and however many there are,
    each process hashes two at a time, so its memory is bounded."""

    def login(number):
        return Client(stack, contract).post("/auth/login", {"login": f"nobody{number}", "password": "x" * 20},
                                            timeout=60).status

    def burst():
        with ThreadPoolExecutor(100) as pool:
            return list(pool.map(login, range(300)))

    burst()  # so that all children and threads are there
    pids = stack.children("httpd")
    before, peak, done = resident(pids), [0.0], threading.Event()

    def watch():
        while not done.is_set():
            peak[0] = max(peak[0], resident(pids) or 0.0)
            time.sleep(0.002)

    watcher = threading.Thread(target=watch)
    watcher.start()
    statuses = burst()
    done.set()
    watcher.join()
    assert set(statuses) == {401, 503} or set(statuses) == {401}
    bound = len(pids) * AT_ONCE * ARGON_MIB
    print(f"\n300 logins by 100 at once: {statuses.count(401)} looked at, {statuses.count(503)} told to come back; "
          f"{len(pids)} processes held {before:.0f} MiB before, {peak[0]:.0f} at most (bound {before + bound:.0f})")
    assert before and peak[0] < before + bound + 8 * len(pids)  # and a little for 100 connections
