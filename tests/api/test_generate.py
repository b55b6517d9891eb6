# SPDX-License-Identifier: Apache-2.0
"""From a prompt to a running app, and every way that can end otherwise."""

import json
import math
import threading
import time
import urllib.parse
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from tests.stack import eventually

PROMPT = "A kitchen timer with three presets and a bell"
SLOW = PROMPT + " [[rate:150]]"


def slow(seconds=4.0):
    """A prompt whose app takes about that long: some 1,200 tokens."""
    return f"{PROMPT} [[rate:{int(1200 / seconds)}]]"


def held(stack, job_id):
    rows = stack.db("SELECT status, amount, captured FROM bricks_holds WHERE job_id = ?", job_id)
    assert len(rows) == 1
    return rows[0]


def settled(stack, client, job):
    """What must be true of money once a job has ended; returns what it cost."""
    row = held(stack, job["job_id"])
    keys = [r["idempotency_key"] for r in stack.db(
        "SELECT idempotency_key FROM bricks_transactions WHERE job_id = ? ORDER BY transaction_id", job["job_id"])]
    assert stack.db("SELECT t.transaction_id FROM bricks_transactions t JOIN bricks_entries e USING "
                    "(transaction_id) WHERE t.job_id = ? GROUP BY t.transaction_id HAVING SUM(e.amount) <> 0",
                    job["job_id"]) == []
    if job["status"] == "completed":
        assert row["status"] == "captured" and int(row["captured"]) == job["actual_bricks_cost"]
        assert keys == [f"hold:{job['job_id']}", f"capture:{job['job_id']}"]
        assert job["refunded"] is False
        return job["actual_bricks_cost"]
    assert row["status"] == "released"
    assert keys == [f"hold:{job['job_id']}", f"release:{job['job_id']}"]
    assert job["refunded"] is True and job["actual_bricks_cost"] is None
    return 0


def code_of(events):
    """The deltas since the last job.started, by stage."""
    parts = {"html": "", "css": "", "js": "", "check": ""}
    for _, event, data in events:
        if event == "job.started":
            parts = dict.fromkeys(parts, "")
        elif event == "job.progress":
            parts[data["stage"]] += data["delta"]
    return parts


# ---- the journey ---------------------------------------------------------------------------------
def test_journey(stack, user, anonymous):
    made = user.generate(PROMPT, content_text="Look")
    job, post, balance = made["job"], made["post"], made["balance"]
    hold = job["estimated_bricks_max"]
    assert balance == {"available": 500 - hold, "held": hold}
    assert job["status"] == "queued" and job["position"] >= 1 and job["total"] >= job["position"]
    assert (post["post_type"], post["content_text"]) == ("ai_app", "Look")
    assert (post["app"]["status"], post["app"]["url"], post["app"]["job_id"]) == ("queued", None, job["job_id"])
    assert post["app"]["title"] == "A kitchen timer with three presets"

    done = user.wait_job(job["job_id"])
    assert done["status"] == "completed" and done["progress_percentage"] == 100
    assert done["total_tokens"] == done["prompt_tokens"] + done["completion_tokens"]
    assert done["actual_bricks_cost"] == math.ceil(done["total_tokens"] / done["tokens_per_brick"])
    assert done["estimated_bricks_min"] * 0.3 <= done["actual_bricks_cost"] <= hold
    assert user.balance() == (500 - done["actual_bricks_cost"], 0)
    settled(stack, user, done)

    app = anonymous.get(f"/ai/applications/{job['app_id']}", expect=200).data
    assert app["html_content"] and app["js_content"] and app["is_demo"] is True
    card = anonymous.get(f"/posts/{post['post_id']}", expect=200).data["app"]
    assert card["status"] == "completed" and card["url"] == app["url"]

    page = fetch_app(stack, card["url"])
    assert page.status_code == 200 and app["js_content"].replace("</script", "<\\/script") in page.text
    assert page.text.index("RTCPeerConnection") < page.text.index("<body>")
    assert stack.wallctl("bricks", "verify")


def fetch_app(stack, url):
    """The app's page: its host name is not in any name service, so the address is given by hand."""
    parts = urllib.parse.urlsplit(url)
    return requests.get(f"http://127.0.0.1:{parts.port}/", headers={"Host": parts.netloc}, timeout=10)


def test_events(stack, user, anonymous):
    job = user.generate(slow(2))["job"]
    events = list(anonymous.stream(job["job_id"]))
    names = [event for _, event, _ in events]
    assert names[0] in ("job.queued", "job.started") and names[-1] == "job.completed"
    assert "job.progress" in names and "job.started" in names
    assert names.index("job.started") < names.index("job.progress")
    progress = [data for _, event, data in events if event == "job.progress"]
    assert [p["percent"] for p in progress] == sorted(p["percent"] for p in progress)
    assert all(0 <= p["percent"] <= 99 for p in progress)
    assert [s for i, s in enumerate(p["stage"] for p in progress)
            if i == 0 or s != progress[i - 1]["stage"]] == ["html", "css", "js", "check"]
    app = anonymous.get(f"/ai/applications/{job['app_id']}", expect=200).data
    parts = code_of(events)
    assert parts["html"] == app["html_content"]
    assert parts["css"] == app["css_content"]
    assert parts["js"] == app["js_content"]
    done = user.job(job["job_id"])
    final = events[-1][2]
    assert final["app_id"] == job["app_id"] and final["removed"] == 0
    assert final["receipt"] == {
        "bricks": done["actual_bricks_cost"], "prompt_tokens": done["prompt_tokens"],
        "completion_tokens": done["completion_tokens"], "total_tokens": done["total_tokens"],
        "tokens_per_brick": done["tokens_per_brick"]}
    assert progress[-1]["bricks"] <= job["estimated_bricks_max"]
    # at most ten a second, and a little for changes of stage
    assert len(progress) <= 10 * 4 + 8


def test_events_resume(user, anonymous):
    """A dropped connection goes on where it was: nothing twice, nothing lost."""
    job = user.generate(slow(2))["job"]
    first, last_id = [], None
    for event in anonymous.stream(job["job_id"]):
        first.append(event)
        if event[0]:
            last_id = event[0]
        if len([e for e in first if e[1] == "job.progress"]) == 5:
            break
    rest = list(anonymous.stream(job["job_id"], last_event_id=last_id))
    # the snapshot a new connection begins with is no part of the history
    rest = [e for e in rest if e[1] != "job.started"]
    parts = code_of(first + rest)
    app = anonymous.get(f"/ai/applications/{job['app_id']}", expect=200).data
    assert parts["html"] + parts["css"] + parts["js"] == \
        app["html_content"] + app["css_content"] + app["js_content"]


def test_events_after_the_end(user, anonymous):
    job = user.generate()["job"]
    user.wait_job(job["job_id"])
    events = list(anonymous.stream(job["job_id"]))
    assert "job.completed" in [event for _, event, _ in events]


def test_position_falls(stack, user, new_user):
    """Others ahead: the position is told and gets smaller."""
    running = user.generate(slow(2))["job"]
    jobs = [new_user().generate()["job"] for _ in range(3)]
    events = list(user.stream(jobs[-1]["job_id"]))
    positions = [d["position"] for _, e, d in events if e == "job.queued"]
    assert positions and positions == sorted(positions, reverse=True) and positions[-1] >= 1
    for job in [running, *jobs]:
        assert user.wait_job(job["job_id"])["status"] == "completed"


def test_fair_between_users(user, new_user):
    """One who asks for many does not make another wait for all of them."""
    first = user.generate(slow(1.5))["job"]
    eventually(lambda: user.job(first["job_id"])["status"] == "processing", what="the first job")
    many = [user.generate()["job"] for _ in range(4)]
    one = new_user().generate()["job"]
    assert user.job(one["job_id"])["position"] < user.job(many[-1]["job_id"])["position"]
    for job in many + [one]:
        user.wait_job(job["job_id"])


# ---- asking --------------------------------------------------------------------------------------
@pytest.mark.parametrize("body, field", [
    ({}, "prompt"), ({"prompt": "too short"}, "prompt"), ({"prompt": "x" * 2001}, "prompt"),
    ({"prompt": PROMPT, "visibility": "friends"}, "visibility"),
    ({"prompt": PROMPT, "content_text": "x" * 5001}, "content_text"),
    ({"prompt": PROMPT, "bricks": 1}, "bricks")])
def test_generate_refuses(stack, user, body, field):
    assert field in user.post("/ai/generate", body, expect=422).details
    assert user.balance() == (500, 0)


def test_generate_needs_a_key(user):
    assert user.post("/ai/generate", {"prompt": PROMPT}, key=False, expect=428).code == "WALL_IDEMPOTENCY_REQUIRED"


def test_generate_on_a_wall_that_is_not_ours(user, new_user):
    other = new_user()
    user.post("/ai/generate", {"prompt": PROMPT, "wall": other.me["username"]}, expect=403)
    user.post("/ai/generate", {"prompt": PROMPT, "wall": "nobody-at-all"}, expect=404)
    assert user.balance() == (500, 0)


def test_not_enough_bricks(stack, user):
    stack.set_balance(user.me["user_id"], 5)
    before = stack.number("SELECT COUNT(*) FROM posts")
    answer = user.post("/ai/generate", {"prompt": PROMPT}, expect=402)
    assert answer.code == "WALL_INSUFFICIENT_BRICKS"
    need = user.post("/bricks/estimate", {"prompt": PROMPT}, expect=200).data["bricks_max"]
    assert answer.details == {"required": need, "available": 5}
    assert stack.number("SELECT COUNT(*) FROM posts") == before
    assert user.balance() == (5, 0)
    stack.set_balance(user.me["user_id"], 500)


def test_same_key_same_job(stack, user):
    key = str(uuid.uuid4())
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: user.post("/ai/generate", {"prompt": PROMPT}, key=key), range(8)))
    bodies = {a.body for a in answers if a.status == 201}
    assert len(bodies) == 1, answers
    assert {a.status for a in answers} <= {201, 409}
    job = json.loads(bodies.pop())["data"]["job"]
    assert stack.number("SELECT COUNT(*) FROM bricks_holds WHERE user_id = ?", user.me["user_id"]) == 1
    user.post("/ai/generate", {"prompt": PROMPT + "!"}, key=key, expect=409)
    user.wait_job(job["job_id"])


def test_many_at_once_spend_what_is_there(stack, user):
    """Ten parallel requests, bricks for three: three succeed, the others are told what is missing."""
    need = user.post("/bricks/estimate", {"prompt": PROMPT}, expect=200).data["bricks_max"]
    stack.set_balance(user.me["user_id"], need * 3 + 1)
    clients = [user.as_bearer() for _ in range(10)]
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda c: c.post("/ai/generate", {"prompt": PROMPT}), clients))
    assert sorted(a.status for a in answers) == [201] * 3 + [402] * 7
    for answer in answers:
        if answer.status == 201:
            user.wait_job(answer.data["job"]["job_id"])
    spent = sum(user.job(a.data["job"]["job_id"])["actual_bricks_cost"] for a in answers if a.status == 201)
    assert user.balance() == (need * 3 + 1 - spent, 0)
    stack.set_balance(user.me["user_id"], 500 - spent)
    assert stack.wallctl("bricks", "verify")


# ---- who sees it ---------------------------------------------------------------------------------
def test_private(user, new_user, anonymous):
    job = user.generate(PROMPT, visibility="private")["job"]
    stranger = new_user()
    for client in (stranger, anonymous):
        client.get(f"/ai/jobs/{job['job_id']}", expect=404)
        client.get(f"/ai/applications/{job['app_id']}", expect=404)
        assert client.get(f"/ai/jobs/{job['job_id']}/status").status == 404
    stranger.post(f"/ai/jobs/{job['job_id']}/cancel", expect=404)
    user.wait_job(job["job_id"])
    assert user.get(f"/ai/applications/{job['app_id']}", expect=200).data["html_content"]
    anonymous.get(f"/ai/applications/{job['app_id']}", expect=404)


def test_unknown(anonymous, user):
    nobody = "019a0000-0000-7000-8000-000000000000"
    anonymous.get(f"/ai/jobs/{nobody}", expect=404)
    anonymous.get("/ai/applications/999999999", expect=404)
    anonymous.get("/ai/jobs/not-a-uuid", expect=422)
    assert anonymous.get(f"/ai/jobs/{nobody}/status").status == 404
    user.post(f"/ai/jobs/{nobody}/cancel", expect=404)


# ---- cancelling ----------------------------------------------------------------------------------
def test_cancel_waiting(stack, user, new_user):
    running = new_user().generate(slow(2))["job"]
    job = user.generate()["job"]
    assert user.job(job["job_id"])["status"] == "queued"
    got = user.post(f"/ai/jobs/{job['job_id']}/cancel", expect=200).data
    assert got["status"] == "cancelled" and got["position"] == 0
    assert user.balance() == (500, 0)
    settled(stack, user, got)
    assert user.post(f"/ai/jobs/{job['job_id']}/cancel", expect=200).data == got
    assert [e[1] for e in user.stream(job["job_id"])][-1] == "job.cancelled"
    user.wait_job(running["job_id"])
    assert user.job(job["job_id"])["status"] == "cancelled"


def test_cancel_running(stack, user, anonymous):
    job = user.generate(slow(20))["job"]
    events = []
    thread = threading.Thread(target=lambda: events.extend(anonymous.stream(job["job_id"])))
    thread.start()
    eventually(lambda: [e for e in events if e[1] == "job.progress"] or
               user.job(job["job_id"])["progress_percentage"] > 0 or
               user.job(job["job_id"])["status"] == "processing", what="the model's first words")
    time.sleep(0.3)
    begin = time.monotonic()
    got = user.post(f"/ai/jobs/{job['job_id']}/cancel", expect=200).data
    assert got["status"] == "cancelled" and got["refunded"] is True
    thread.join(5)
    assert not thread.is_alive() and events[-1][1] == "job.cancelled"
    assert events[-1][2] == {"refunded": True}
    # the worker is free again at once: the model's twenty seconds are not sat out
    other = user.generate()["job"]
    assert user.wait_job(other["job_id"], seconds=8)["status"] == "completed"
    assert time.monotonic() - begin < 8
    settled(stack, user, user.job(job["job_id"]))


def test_cancel_too_late(user):
    job = user.generate()["job"]
    user.wait_job(job["job_id"])
    assert user.post(f"/ai/jobs/{job['job_id']}/cancel", expect=409).code == "WALL_CONFLICT"


def test_cancel_somebody_elses(user, new_user):
    job = user.generate(slow(1))["job"]
    new_user().post(f"/ai/jobs/{job['job_id']}/cancel", expect=403)
    assert user.wait_job(job["job_id"])["status"] == "completed"


# ---- what a model can do wrong -------------------------------------------------------------------
FINAL = [  # marker, code
    ("not-found", "MODEL_NOT_FOUND"),
    ("huge", "APP_TOO_LARGE"),
]


@pytest.mark.expect_log(r"Ollama|job [0-9a-f-]{36}")
@pytest.mark.parametrize("fault, code", FINAL)
def test_fault_without_a_second_try(stack, user, fault, code):
    job = user.generate(f"{PROMPT} [[fault:{fault}]] [[rate:20000]]")["job"]
    done = user.wait_job(job["job_id"])
    assert (done["status"], done["error_code"], done["attempts"]) == ("failed", code, 1)
    assert done["error_message"].endswith(f"All {job['estimated_bricks_max']} bricks are back in your balance.")
    assert user.balance() == (500, 0)
    settled(stack, user, done)
    events = list(user.stream(job["job_id"]))
    assert events[-1][1] == "job.failed"
    assert events[-1][2] == {"code": code, "message": done["error_message"],
                             "retryable": code != "MODEL_NOT_FOUND", "refunded": True}


@pytest.mark.expect_log(r"Ollama|job [0-9a-f-]{36}")
def test_fault_once(stack, new_user):
    """The second attempt succeeds; it is charged once and its code is not mixed with the first's."""
    jobs = {}
    for fault in ("error-before", "error-mid", "busy", "broken", "drop", "eof", "malformed"):
        client = new_user()
        jobs[fault] = (client, client.generate(f"{PROMPT} [[fault:{fault}*1]]")["job"])
    for fault, (client, job) in jobs.items():
        events = list(client.stream(job["job_id"]))
        done = client.job(job["job_id"])
        assert (fault, done["status"], done["attempts"]) == (fault, "completed", 2), done
        settled(stack, client, done)
        assert client.balance() == (500 - done["actual_bricks_cost"], 0)
        app = client.get(f"/ai/applications/{job['app_id']}", expect=200).data
        assert code_of(events)["js"] == app["js_content"]


@pytest.mark.expect_log(r"Ollama|job [0-9a-f-]{36}")
def test_faults_until_it_is_given_up(stack, new_user):
    """Side by side, because of the pauses between attempts."""
    expected = {"busy": "MODEL_BUSY", "broken": "ANSWER_UNUSABLE", "drop": "ANSWER_CUT", "eof": "ANSWER_CUT",
                "error-before": "MODEL_ERROR", "error-mid": "MODEL_ERROR", "malformed": "ANSWER_CUT",
                "truncated": "ANSWER_CUT"}
    jobs = {}
    for fault in expected:
        client = new_user()
        jobs[fault] = (client, client.generate(f"{PROMPT} [[fault:{fault}]]")["job"])
    for fault, (client, job) in jobs.items():
        done = client.wait_job(job["job_id"], seconds=40)
        assert (fault, done["status"], done["error_code"]) == (fault, "failed", expected[fault])
        assert done["attempts"] == (2 if expected[fault] == "MODEL_ERROR" else 3)
        assert done["error_message"].endswith("bricks are back in your balance.")
        assert client.balance() == (500, 0)
        settled(stack, client, done)
    assert stack.wallctl("bricks", "verify")


def test_thoughts_are_not_code(user):
    job = user.generate(f"{PROMPT} [[fault:think]]")["job"]
    done = user.wait_job(job["job_id"])
    assert done["status"] == "completed", done


def test_slow_model(user):
    job = user.generate(f"{PROMPT} [[fault:slow]] [[rate:20000]]")["job"]
    assert user.wait_job(job["job_id"], seconds=60)["status"] == "completed"
