# SPDX-License-Identifier: Apache-2.0
"""How the worker starts, stops and gives up; test_faults.py has what happens to it from outside."""

import os
import re
import signal
import threading
import time

import pytest

from tests.stack import eventually

PROMPT = "A kitchen timer with three presets and a bell"
FINAL = ("completed", "failed", "cancelled")
# What the worker and httpd rightly complain about while something is broken.
NOISE = r"worker|ai\[|housekeeping\[|parent\[|WALL00|redis|database|AH0"


def slow(seconds):
    """A prompt whose app takes about that long."""
    return f"{PROMPT} [[rate:{int(1200 / seconds)}]]"


def ai_children(stack):
    """Pids of the living children of the AI lane, oldest first."""
    started = [int(pid) for pid in re.findall(r"ai child (\d+) started", stack.log("worker.out"))]
    living = stack.children("worker")
    return [pid for pid in started if pid in living]


def claimant(stack, job_id):
    """The pid that claimed the job last."""
    pids = re.findall(rf"ai\[(\d+)\] info: \S+ job {job_id} attempt \d+ started", stack.log("worker.out"))
    return int(pids[-1]) if pids else None


def status(stack, job_id):
    return stack.value("SELECT status FROM ai_generation_jobs WHERE job_id = ?", job_id)


def wait_all(stack, jobs, seconds):
    def ended():
        left = [j for j in jobs if status(stack, j) not in FINAL]
        return not left
    eventually(ended, seconds=seconds, every=0.3, what=f"the end of {len(jobs)} jobs")


def accounts(stack, jobs):
    """Every job has one hold and one resolution; the ledger is proved."""
    for job in jobs:
        row = stack.db("SELECT h.status, h.amount, h.captured, j.status AS job_status, j.actual_bricks_cost "
                       "FROM bricks_holds h JOIN ai_generation_jobs j USING (job_id) WHERE job_id = ?", job)[0]
        moves = [r["transaction_type"] for r in stack.db(
            "SELECT transaction_type FROM bricks_transactions WHERE job_id = ? ORDER BY transaction_id", job)]
        if row["job_status"] == "completed":
            assert (row["status"], row["captured"]) == ("captured", row["actual_bricks_cost"]), row
            assert moves == ["held", "spent"]
            assert stack.number("SELECT LENGTH(js_content) FROM ai_applications a JOIN ai_generation_jobs j "
                                "USING (app_id) WHERE j.job_id = ?", job) > 0
        else:
            assert row["status"] == "released" and moves == ["held", "refunded"], (row, moves)
    assert stack.wallctl("bricks", "verify")


def statuses(stack, jobs):
    return [status(stack, job) for job in jobs]


def ask(new_user, count, seconds):
    """`count` jobs of as many people; their ids."""
    return [new_user().generate(slow(seconds))["job"]["job_id"] for _ in range(count)]


@pytest.mark.expect_log(NOISE)
def test_redis_is_away(stack, new_user):
    """Without Redis jobs go on being done, from the table."""
    jobs = ask(new_user, 4, 0.7)
    stack.stop("redis")
    try:
        wait_all(stack, jobs, 40)
    finally:
        stack.start("redis")
    accounts(stack, jobs)
    assert statuses(stack, jobs) == ["completed"] * 4
    # what was to be told waited in the outbox
    eventually(lambda: stack.number("SELECT COUNT(*) FROM outbox") == 0, seconds=10, what="an empty outbox")


@pytest.mark.expect_log(NOISE)
def test_the_model_is_away(stack, new_user):
    """Jobs wait for it instead of using up their attempts; it is noticed within seconds."""
    stack.stop("model")
    try:
        time.sleep(11)  # the idle children ask every ten seconds
        jobs = ask(new_user, 2, 0.5)
        time.sleep(1)
        assert statuses(stack, jobs) == ["queued"] * 2
    finally:
        stack.start("model")
    wait_all(stack, jobs, 20)
    accounts(stack, jobs)
    assert statuses(stack, jobs) == ["completed"] * 2


@pytest.mark.expect_log(NOISE)
def test_mariadb_is_frozen(stack, user):
    """It neither answers nor hangs up: the worker must not wait for ever, nor lose or repeat anything."""
    job = user.generate(slow(3))["job"]["job_id"]
    stack.signal("mariadb", "STOP")
    try:
        eventually(lambda: "WALL00140" in stack.log("worker.out"), seconds=25, what="the watchdog")
    finally:
        stack.signal("mariadb", "CONT")
    wait_all(stack, [job], 60)
    assert status(stack, job) == "completed"
    accounts(stack, [job])


@pytest.mark.expect_log(NOISE)
def test_poison(stack, user):
    """A job that kills its worker is given up after its attempts, and paid back."""
    job = user.generate(slow(30))["job"]["job_id"]
    stack.db("UPDATE ai_generation_jobs SET max_attempts = 3 WHERE job_id = ?", job)
    for attempt in (1, 2, 3):
        eventually(lambda n=attempt: stack.number(
            "SELECT attempts FROM ai_generation_jobs WHERE job_id = ? AND status = 'processing'", job) == n,
            seconds=20, what=f"attempt {attempt}")
        pid = eventually(lambda n=attempt: len(re.findall(rf"job {job} attempt {n} started",
                                                          stack.log("worker.out"))) and claimant(stack, job))
        os.kill(pid, signal.SIGKILL)
    wait_all(stack, [job], 15)
    done = user.job(job)
    assert (done["status"], done["error_code"], done["attempts"]) == ("failed", "WORKER_LOST", 3)
    assert done["error_message"].endswith("bricks are back in your balance.")
    assert user.balance() == (500, 0)
    accounts(stack, [job])


@pytest.mark.expect_log(NOISE)
def test_stop_finishes_what_is_short(stack, user):
    job = user.generate(slow(3))["job"]["job_id"]
    eventually(lambda: status(stack, job) == "processing", what="the claim")
    stack.stop("worker")
    try:
        assert status(stack, job) == "completed"
    finally:
        stack.start("worker")
    accounts(stack, [job])


@pytest.mark.expect_log(NOISE)
def test_stop_hands_back_what_is_long(stack, user):
    """After its grace the child hands the job back, its attempt not counted."""
    job = user.generate(slow(60))["job"]["job_id"]
    eventually(lambda: status(stack, job) == "processing", what="the claim")
    pid = stack.pid("worker")
    stack.signal("worker", "TERM")
    eventually(lambda: not os.path.exists(f"/proc/{pid}") or stack.pid("worker") != pid, seconds=30,
               what="the end of the worker")
    row = stack.db("SELECT status, attempts, lease_until FROM ai_generation_jobs WHERE job_id = ?", job)[0]
    assert row == {"status": "queued", "attempts": "0", "lease_until": None}
    stack.start("worker")
    eventually(lambda: status(stack, job) == "processing", seconds=15, what="the next claim")
    user.post(f"/ai/jobs/{job}/cancel", expect=200)
    assert user.balance() == (500, 0)
    accounts(stack, [job])


@pytest.mark.expect_log(NOISE)
def test_hup_reads_the_settings_again(stack, user):
    path = os.path.join(stack.folder, "etc", "sites", "wall.conf")
    with open(path, encoding="utf-8") as file:
        before = file.read()
    try:
        with open(path, "w", encoding="utf-8") as file:
            file.write(before.replace("WallAIWorkers 2", "WallAIWorkers 3"))
        stack.signal("worker", "HUP")
        eventually(lambda: len(ai_children(stack)) == 3, seconds=15, what="a third child")
        # a file with a mistake changes nothing
        with open(path, "a", encoding="utf-8") as file:
            file.write("WallNoSuchThing 1\n")
        stack.signal("worker", "HUP")
        eventually(lambda: "still on the settings before" in stack.log("worker.out"), what="the complaint")
        assert len(ai_children(stack)) == 3
    finally:
        with open(path, "w", encoding="utf-8") as file:
            file.write(before)
        stack.signal("worker", "HUP")
    eventually(lambda: len(ai_children(stack)) == 2, seconds=15, what="two children again")
    assert user.wait_job(user.generate()["job"]["job_id"])["status"] == "completed"


@pytest.mark.expect_log(NOISE)
def test_cancel_against_completion(stack, user):
    """Cancelled at every moment of a short job: either it was in time, or it was not; never both."""
    ends = {"cancelled": 0, "completed": 0}
    balance = 500
    for step in range(12):
        job = user.generate(f"{PROMPT} [[rate:20000]]")["job"]["job_id"]
        time.sleep(0.02 + step * 0.012)
        threads = [threading.Thread(target=user.as_bearer().post, args=(f"/ai/jobs/{job}/cancel",))
                   for _ in range(2)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        done = user.wait_job(job)
        ends[done["status"]] += 1
        balance -= done["actual_bricks_cost"] or 0
        accounts(stack, [job])
        if balance < 150:
            break
    assert user.balance() == (balance, 0)
    print(ends)
