# SPDX-License-Identifier: Apache-2.0
"""Work goes on, and is paid once, whatever dies meanwhile."""

import concurrent.futures
import os
import random
import signal
import time

import pytest

from tests.stack import eventually

# What the worker and httpd may say when something they need has gone.
OUTAGE = r"(?i)WALL_(DB|REDIS)_UNAVAILABLE|mysql|dbd|database|redis|connect|lost|lease|ended|killed|died|signal|server has gone|again"
PROMPT = "A timer for tea [[rate:900]]"  # some seconds of writing


def ai_children(stack):
    """Pids of the ai lane."""
    return [pid for pid in stack.children("worker") if stack.command(pid) == "wall-ai"]


def start_jobs(new_user, count, prompt=PROMPT):
    """`count` jobs of as many people; [(client, job_id)]"""
    jobs = []
    for _ in range(count):
        client = new_user()
        jobs.append((client, client.generate(prompt)["job"]["job_id"]))
    return jobs


def verified(stack):
    """The ledger sums up."""
    proof = stack.wallctl("bricks", "verify", check=False)
    assert proof.returncode == 0, proof.stdout + proof.stderr


def outcome(stack, jobs, statuses=("completed",), seconds=90):
    """All jobs end in one of `statuses`; each is paid once or not at all; nothing stays held."""
    for client, job_id in jobs:
        job = client.wait_job(job_id, seconds)
        assert job["status"] in statuses, job
        spent = stack.db("SELECT transaction_type, amount FROM bricks_transactions WHERE job_id = ? "
                         "AND transaction_type = 'spent'", job_id)
        hold = stack.db("SELECT status, captured FROM bricks_holds WHERE job_id = ?", job_id)
        assert len(hold) == 1
        available, held = client.balance()
        assert held == 0
        if job["status"] == "completed":
            assert len(spent) == 1 and hold[0]["status"] == "captured"
            assert int(hold[0]["captured"]) == job["actual_bricks_cost"] > 0
            assert available == 500 - job["actual_bricks_cost"]
            assert job["actual_bricks_cost"] == -(-job["total_tokens"] // job["tokens_per_brick"])
        else:
            assert not spent and hold[0]["status"] == "released" and available == 500
    verified(stack)


@pytest.mark.expect_log(OUTAGE)
def test_children_killed_during_ten_jobs(stack, new_user):
    rng = random.Random(7)
    jobs = start_jobs(new_user, 10)
    killed = 0
    for _ in range(12):
        time.sleep(0.25 + rng.random() / 2)
        for pid in ai_children(stack)[:1]:
            os.kill(pid, signal.SIGKILL)
            killed += 1
        verified(stack)
    assert killed >= 4
    outcome(stack, jobs)


@pytest.mark.expect_log(OUTAGE)
def test_worker_killed_and_started(stack, new_user):
    jobs = start_jobs(new_user, 4)
    time.sleep(0.5)
    stack.signal("worker", "KILL")
    eventually(lambda: stack.pid("worker") is None, what="death")
    verified(stack)
    stack.start("worker")
    outcome(stack, jobs)


@pytest.mark.expect_log(OUTAGE)
def test_worker_stopped_hands_back(stack, new_user):
    """SIGTERM: the job in hand is finished or handed back at once, without waiting for its lease."""
    jobs = start_jobs(new_user, 3)
    time.sleep(0.5)
    stack.stop("worker")
    assert stack.number("SELECT COUNT(*) FROM ai_generation_jobs WHERE status = 'processing'") == 0
    stack.start("worker")
    outcome(stack, jobs)


@pytest.mark.expect_log(OUTAGE)
def test_redis_emptied(stack, new_user):
    jobs = start_jobs(new_user, 6)
    for _ in range(3):
        time.sleep(0.4)
        stack.redis("FLUSHALL")
    outcome(stack, jobs)


@pytest.mark.expect_log(OUTAGE)
def test_redis_away(stack, new_user, user):
    post = user.write("still there")
    jobs = start_jobs(new_user, 3)
    stack.stop("redis")
    started = time.monotonic()
    user.get(f"/posts/{post['post_id']}", expect=200)
    assert time.monotonic() - started < 2
    client = new_user()  # signing up and asking work without Redis; the job waits for the doorbell
    jobs.append((client, client.generate(PROMPT)["job"]["job_id"]))
    time.sleep(2)
    stack.start("redis")
    outcome(stack, jobs)


@pytest.mark.expect_log(OUTAGE)
def test_mariadb_restarted(stack, new_user, user):
    post = user.write("here again")
    jobs = start_jobs(new_user, 4)
    time.sleep(0.5)
    stack.stop("mariadb")
    assert user.get(f"/posts/{post['post_id']}").status == 503
    time.sleep(1)
    stack.start("mariadb")
    started = time.monotonic()
    eventually(lambda: user.get(f"/posts/{post['post_id']}").status == 200, 30, what="recovery")
    assert time.monotonic() - started < 30
    outcome(stack, jobs)


@pytest.mark.expect_log(OUTAGE)
def test_mariadb_restarted_between_requests(stack, user, new_user):
    """httpd keeps its connections over requests: all of them have died, nobody notices."""
    path = f"/posts/{user.write('still here')['post_id']}"

    def at_once(ask, count=24):
        with concurrent.futures.ThreadPoolExecutor(count) as threads:
            return [future.result() for future in [threads.submit(ask) for _ in range(count)]]

    for _ in range(2):
        at_once(lambda: user.get(path).status)  # many connections
        stack.restart("mariadb")
        user.http.close()  # one kept alive to httpd may end just as it is used again
        assert user.write("a write first")["post_id"]
        assert set(at_once(lambda: user.get(path).status)) == {200}
    stack.restart("mariadb")
    stack.graceful()
    user.http.close()
    assert set(at_once(lambda: user.get(path).status)) == {200}
    assert new_user().me["user_id"]


@pytest.mark.expect_log(OUTAGE)
def test_late_write_is_refused(stack, new_user):
    """A child that was frozen past its lease wakes up when the job is somebody else's."""
    (client, job_id), = jobs = start_jobs(new_user, 1)
    eventually(lambda: client.job(job_id)["status"] == "processing", what="start")
    before = stack.number("SELECT fence FROM ai_generation_jobs WHERE job_id = ?", job_id)
    frozen = ai_children(stack)
    for pid in frozen:
        os.kill(pid, signal.SIGSTOP)
    try:
        time.sleep(4)
    finally:
        eventually(lambda: stack.number("SELECT fence FROM ai_generation_jobs WHERE job_id = ?", job_id) > before,
                   15, what="another fence")
        for pid in frozen:
            os.kill(pid, signal.SIGCONT)
    outcome(stack, jobs)
    assert client.job(job_id)["attempts"] >= 2


@pytest.mark.expect_log(OUTAGE)
def test_httpd_restarted_gracefully(stack, new_user, user):
    jobs = start_jobs(new_user, 2)
    for _ in range(3):
        stack.graceful()
        for _ in range(20):
            # A connection of its own each: httpd closes those that wait for another request as the old children
            # go, perhaps just as it is sent (RFC 9112, 9.5). So not the one the user was registered on either.
            user.http.close()
            user.get("/users/me", headers={"Connection": "close"}, expect=200)
        time.sleep(0.3)
    outcome(stack, jobs)
