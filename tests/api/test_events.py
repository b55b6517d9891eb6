# SPDX-License-Identifier: Apache-2.0
"""The multiplexed stream, GET /events: many topics, each resumed where it was left, nobody else's.

Most tests run without the worker: jobs stay queued and the tests publish their events themselves.
"""

import threading
import time
import uuid

import pytest

from tests.api.streams import Channel, Job, Stream, without_worker
from tests.stack import eventually

PROMPT = "A kitchen timer with three presets and a bell"
NOWHERE = "job:0198c0de-0000-7000-8000-000000000000"


def watch(stack, client, *topics, **kw):
    """Opens a stream and waits for its first byte."""
    return Stream(stack, client, "/events?topics=" + ",".join(topics), **kw).until(lambda s: hasattr(s, "retry"))


def code_of(frames):
    """The deltas since the last job.started, by stage."""
    parts = {}
    for frame in frames:
        if frame["event"] == "job.started":
            parts = {}
        elif frame["event"] == "job.progress":
            stage = frame["data"]["stage"]
            parts[stage] = parts.get(stage, "") + frame["data"]["delta"]
    return {stage: code for stage, code in parts.items() if code}


# ---- with the worker -------------------------------------------------------------------------


def test_code_from_the_middle(stack, user, anonymous):
    """Who comes late, and who is cut off again and again, hears the code that is stored in the end."""
    jobs = [user.generate(PROMPT + " [[rate:1000]]")["job"] for _ in range(2)]
    topics = [f"job:{job['job_id']}" for job in jobs]
    restless, last, late = [], {}, None
    deadline = time.monotonic() + 60
    while {f["topic"] for f in restless if f["event"] == "job.completed"} != set(topics):
        assert time.monotonic() < deadline
        stream = watch(stack, anonymous, *(f"{t}@{last[t]}" if t in last else t for t in topics))
        until = time.monotonic() + 0.15
        while (left := until - time.monotonic()) > 0:
            stream.read(left)
        for frame in stream.frames:
            if "id" in frame:
                last[frame["topic"]] = frame["id"]
            if frame["event"] != "job.queued":
                restless.append(frame)
        stream.close()
        if late is None and any(f["event"] == "job.progress" for f in restless):
            late = watch(stack, anonymous, *topics)
    late.until(lambda s: [f["event"] for f in s.frames].count("job.completed") == 2)
    for job, topic in zip(jobs, topics):
        app = anonymous.get(f"/ai/applications/{job['app_id']}", expect=200).data
        stored = {"html": app["html_content"], "css": app["css_content"], "js": app["js_content"]}
        assert code_of(late.of(topic)) == {k: v for k, v in stored.items() if v}
        mine = [f for f in restless if f["topic"] == topic]
        assert code_of(mine) == {k: v for k, v in stored.items() if v}
        ids = [f["id"] for f in mine if "id" in f]
        assert len(set(ids)) == len(ids)
        assert [f["event"] for f in mine].count("job.started") <= 2  # one of them may be the snapshot


def test_posts_and_bricks_are_heard(stack, user, anonymous):
    me, wall = f"user:{user.me['user_id']}", f"wall:{user.me['wall']['wall_id']}"
    mine, other = watch(stack, user, me, wall), watch(stack, anonymous, wall)
    post = user.write("seen by all")
    mine.until(lambda s: s.of(wall))
    other.until(lambda s: s.of(wall))
    assert mine.of(wall)[-1]["data"] == {"post_id": post["post_id"]} and "id" in mine.of(wall)[-1]
    hidden = user.write("seen by me", visibility="private")
    mine.until(lambda s: s.of(me))
    assert mine.of(me)[-1]["data"]["post_id"] == hidden["post_id"]
    user.generate("A timer for tea")
    mine.until(lambda s: any(f["event"] == "bricks.balance" for f in s.of(me)))
    balance = [f for f in mine.of(me) if f["event"] == "bricks.balance"][0]
    assert "id" not in balance and set(balance["data"]) == {"available", "held", "transaction_id"}
    other.until(lambda s: len(s.of(wall)) >= 2)
    assert all(f["data"]["post_id"] != hidden["post_id"] for f in other.frames)


# ---- without ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def idle(stack):
    yield from without_worker(stack)


@pytest.fixture
def job(idle, user):
    return Job(idle, user)


@pytest.fixture
def other_job(idle, user):
    return Job(idle, user)


def make_walls(stack, owner, count, level="public"):
    """More walls than a person can have today; their topics."""
    stem = "w" + uuid.uuid4().hex[:12]
    for i in range(count):
        stack.db("INSERT INTO walls (user_id, kind, wall_slug, display_name, privacy_level) "
                 "VALUES (?, 'group', ?, 'W', ?)", owner.me["user_id"], f"{stem}{i}", level)
    rows = stack.db("SELECT wall_id FROM walls WHERE wall_slug LIKE ? ORDER BY wall_id", stem + "%")
    return [f"wall:{row['wall_id']}" for row in rows]


def test_two_jobs_and_a_wall(idle, user, job, other_job):
    wall = Channel(idle, f"wall:{user.me['wall']['wall_id']}")
    stream = watch(idle, user, job.topic, wall.topic, other_job.topic)
    stream.until(lambda s: len(s.frames) >= 2)
    first = {frame["topic"]: frame for frame in stream.frames}
    assert set(first) == {job.topic, other_job.topic}
    for frame in first.values():
        assert frame["event"] == "job.queued" and "id" not in frame
        assert set(frame["data"]) == {"position", "total", "eta_s"}
    ids = [job.progress(1), other_job.progress(7), wall.publish("post", post_id=5), job.progress(2)]
    stream.until(lambda s: len(s.frames) >= 6)
    assert stream.frames[2:] == [
        {"topic": job.topic, "event": "job.progress", "id": ids[0], "data": {"percent": 1}},
        {"topic": other_job.topic, "event": "job.progress", "id": ids[1], "data": {"percent": 7}},
        {"topic": wall.topic, "event": "post", "id": ids[2], "data": {"post_id": 5}},
        {"topic": job.topic, "event": "job.progress", "id": ids[3], "data": {"percent": 2}},
    ]
    assert stream.events == []  # messages without a name, which onmessage hears
    assert 2000 <= stream.retry < 4000
    head = stream.head.lower()
    assert "content-type: text/event-stream" in head and "cache-control: no-store" in head


def test_each_topic_resumes_where_it_was_left(idle, user, job, other_job):
    ids = {c: [c.progress(percent) for percent in range(5)] for c in (job, other_job)}
    stream = watch(idle, user, f"{job.topic}@{ids[job][1]}", f"{other_job.topic}@{ids[other_job][3]}")
    stream.until(lambda s: len(s.heard(job.topic)) >= 3 and s.heard(other_job.topic))
    job.progress(5)
    stream.until(lambda s: 5 in s.heard(job.topic))
    assert stream.heard(job.topic) == [2, 3, 4, 5] and stream.heard(other_job.topic) == [4]


def test_an_id_from_the_future_hears_nothing_old(idle, user, job):
    job.progress(1)
    stream = watch(idle, user, f"{job.topic}@999999999999999-0")

    def told():
        job.passing("job.queued", position=3, total=4, eta_s=1)
        stream.read(0.2)
        return len(stream.frames) >= 2

    eventually(told)  # what passes before the hub has subscribed is not kept
    assert stream.heard(job.topic) == []


def test_last_event_id_means_nothing_here(idle, user, job):
    ids = [job.progress(percent) for percent in range(3)]
    stream = watch(idle, user, job.topic, last=ids[2]).until(lambda s: len(s.heard(job.topic)) >= 3)
    assert stream.heard(job.topic) == [0, 1, 2]


def test_nothing_lost_or_doubled_while_joining(idle, user, job, other_job):
    """Clients come, and come back, in the middle of two streams of events."""
    total, fresh = 300, []
    channels = (job, other_job)

    def publish():
        for percent in range(total):
            for channel in channels:
                channel.progress(percent)

    publisher = threading.Thread(target=publish)
    publisher.start()
    heard, last = {c.topic: [] for c in channels}, {}
    try:
        while any(not h or h[-1] < total - 1 for h in heard.values()):
            fresh.append(watch(idle, user, *heard))
            stream = watch(idle, user, *(f"{t}@{last[t]}" if t in last else t for t in heard))
            until = time.monotonic() + 0.05
            while (left := until - time.monotonic()) > 0:
                stream.read(left)
            for topic in heard:
                heard[topic] += stream.heard(topic)
                if any("id" in f for f in stream.of(topic)):
                    last[topic] = stream.last_id(topic)
            stream.close()
            assert len(fresh) < 400
    finally:
        publisher.join()
    assert heard == {c.topic: list(range(total)) for c in channels}
    assert len(fresh) >= 5
    for stream in fresh:
        stream.until(lambda s: all(s.heard(t) and s.heard(t)[-1] == total - 1 for t in heard), seconds=10)
        assert {t: stream.heard(t) for t in heard} == heard
        stream.close()


def test_private_things_never_reach_a_stranger(idle, user, new_user, anonymous):
    """What is hidden is left out as if it were not there. (A wall that turns private later goes on being heard
    on streams that are open, until they are cut off: that is not looked at yet.)"""
    public = Job(idle, user)
    hidden_job = Job(idle, user, visibility="private")
    hidden_wall = Channel(idle, make_walls(idle, user, 1, "private")[0])
    myself = Channel(idle, f"user:{user.me['user_id']}")
    topics = [hidden_wall.topic, hidden_job.topic, NOWHERE, myself.topic, public.topic]
    owner = watch(idle, user, *topics)
    strangers = [watch(idle, client, *topics) for client in (new_user(), anonymous)]
    hidden_wall.publish("post", post_id=1)
    hidden_job.progress(1)
    myself.publish("notification", text="psst")
    public.progress(1)
    owner.until(lambda s: {f["topic"] for f in s.frames if "id" in f} == set(topics) - {NOWHERE})
    for stream in strangers:
        stream.until(lambda s: s.heard(public.topic))
        assert not stream.read(0.3) or {f["topic"] for f in stream.frames} == {public.topic}
        assert {f["topic"] for f in stream.frames} == {public.topic}


@pytest.mark.parametrize("who", ["stranger", "visitor"])
def test_hidden_and_missing_look_the_same(idle, user, new_user, anonymous, who):
    client = new_user() if who == "stranger" else anonymous
    hidden = Job(idle, user, visibility="private")
    wall = make_walls(idle, user, 1, "private")[0]
    answers = []
    for topic in (hidden.topic, NOWHERE, wall, "wall:999999999999", f"user:{user.me['user_id']}",
                  "user:999999999999", f"{hidden.topic},{wall}", f"{NOWHERE},wall:999999999999"):
        with client.request("GET", "/events", params={"topics": topic}, stream=True) as response:
            assert response.status_code == 404, topic  # else it would go on for ever
            error = response.json()["error"]
        assert error.pop("request_id") and error["code"] == "WALL_NOT_FOUND"
        answers.append((error, sorted(response.headers)))
    assert all(answer == answers[0] for answer in answers)


@pytest.mark.parametrize("topics", [
    "", ",", "job:", "job:1", "wall:x", "wall:0", "user:-1", "post:1", "wall:1,", "wall:1,wall:1", "wall:1@",
    "wall:1@1", "wall:1@$", "wall:1@1-1-1", "wall:1 ", "WALL:1", "job:0198C0DE-0000-7000-8000-000000000000",
    "wall:1\n", "wall:é", ",".join(f"wall:{i}" for i in range(1, 52)), "wall:1" + "0" * 5000,
])
def test_malformed_topics(idle, user, topics):
    answer = user.get("/events", params={"topics": topics}, expect=422)
    assert answer.code == "WALL_VALIDATION" and set(answer.details) == {"topics"}


def test_topics_are_needed(idle, user):
    assert set(user.get("/events", expect=422).details) == {"topics"}


def test_fifty_topics(idle, user):
    job = Job(idle, user)
    channels = [Channel(idle, topic) for topic in make_walls(idle, user, 49)]
    for i, channel in enumerate(channels):
        channel.publish("post", post_id=i)
    stream = watch(idle, user, job.topic, *(c.topic for c in channels))
    stream.until(lambda s: len(s.frames) >= 50)
    for i, channel in enumerate(channels):
        channel.publish("post", post_id=1000 + i)
    stream.until(lambda s: len(s.frames) >= 99)
    for i, channel in enumerate(channels):
        assert [f["data"]["post_id"] for f in stream.of(channel.topic)] == [i, 1000 + i]


def test_ended_job_speaks_once(idle, user, job, other_job):
    ids = [other_job.progress(percent) for percent in range(4)]
    user.post(f"/ai/jobs/{other_job.job_id}/cancel", expect=200)
    stream = watch(idle, user, job.topic, other_job.topic).until(lambda s: s.of(other_job.topic))
    assert [f["event"] for f in stream.of(other_job.topic)] == ["job.cancelled"]
    assert stream.of(other_job.topic)[0]["data"]["refunded"] > 0
    job.progress(1)
    stream.until(lambda s: s.heard(job.topic))
    assert len(stream.of(other_job.topic)) == 1
    # who was cut off hears the rest of it, then the end
    again = watch(idle, user, f"{other_job.topic}@{ids[1]}").until(
        lambda s: any(f["event"] == "job.cancelled" for f in s.frames))
    assert [f["event"] for f in again.frames] == ["job.progress", "job.progress", "job.cancelled"]
    assert again.heard(other_job.topic) == [2, 3]
    assert again.read(0.3)


def test_the_end_comes_with_its_id_when_the_history_has_it(idle, user, job):
    """Then it is not told a second time as a snapshot."""
    first = job.progress(1)
    user.post(f"/ai/jobs/{job.job_id}/cancel", expect=200)
    end = job.publish("job.cancelled", refunded=9)
    stream = watch(idle, user, f"{job.topic}@{first}").until(lambda s: s.frames)
    assert stream.read(0.3)
    assert [(f["event"], f.get("id")) for f in stream.frames] == [("job.cancelled", end)]


def test_the_stream_outlives_its_jobs(idle, user, job, other_job):
    stream = watch(idle, user, job.topic, other_job.topic)
    for channel in (job, other_job):
        channel.publish("job.failed", code="X", message="x", retryable=True, refunded=1)
    stream.until(lambda s: [f["event"] for f in s.frames].count("job.failed") == 2)
    job.progress(99)
    assert stream.read(0.5) and not stream.heard(job.topic)
    stream.until(lambda s: getattr(s, "beats", 0) >= 1, seconds=17)


@pytest.mark.parametrize("multiplexed", [True, False])
def test_who_resumes_a_running_job_does_not_begin_anew(idle, user, job, multiplexed):
    idle.db("UPDATE ai_generation_jobs SET status = 'processing', attempts = 1, "
            "lease_until = NOW(6) + INTERVAL 1 HOUR WHERE job_id = ?", job.job_id)
    first = job.progress(1)
    job.progress(2)
    if multiplexed:
        fresh, again = watch(idle, user, job.topic), watch(idle, user, f"{job.topic}@{first}")
        names = lambda s: [f["event"] for f in s.frames]  # noqa: E731
    else:
        fresh, again = job.open(), job.open(last=first)
        names = lambda s: [event for _, event, _ in s.events]  # noqa: E731
    fresh.until(lambda s: len(names(s)) >= 3)
    again.until(lambda s: names(s))
    assert names(fresh) == ["job.started", "job.progress", "job.progress"]
    assert names(again) == ["job.progress"]


def test_logout_closes_the_stream(idle, user, new_user, job):
    wall = f"wall:{user.me['wall']['wall_id']}"
    watching, quiet = watch(idle, user, job.topic, wall), watch(idle, user, f"user:{user.me['user_id']}")
    bystander = watch(idle, new_user(), job.topic, wall)
    began = time.monotonic()
    user.logout()
    watching.until(lambda s: s.closed, seconds=6)
    quiet.until(lambda s: s.closed, seconds=6)
    assert time.monotonic() - began <= 5
    job.progress(1)
    bystander.until(lambda s: s.heard(job.topic))


def test_logout_closes_a_stream_without_anything_left_to_hear(idle, user, job):
    user.post(f"/ai/jobs/{job.job_id}/cancel", expect=200)
    stream = watch(idle, user, job.topic).until(lambda s: s.frames)
    user.logout()
    stream.until(lambda s: s.closed, seconds=6)


def test_a_long_history_does_not_cost_other_topics(idle, user, job):
    """A slow reader, more history than the backlog takes, and meanwhile another topic is busy."""
    filler = "x" * 4000
    for percent in range(300):
        job.publish("job.progress", percent=percent, delta=filler)
    wall = Channel(idle, f"wall:{user.me['wall']['wall_id']}")
    stream = watch(idle, user, job.topic, wall.topic, receive_buffer=8192)
    stream.until(lambda s: len(s.heard(job.topic)) >= 100)
    time.sleep(0.3)  # the wall's turn has come; the backlog is full of the job's history again
    for post in range(40):
        wall.publish("post", post_id=post, filler=filler)
    stream.until(lambda s: len(s.heard(job.topic)) >= 300 and len(s.of(wall.topic)) >= 40, seconds=10)
    wall.publish("post", post_id=40)
    stream.until(lambda s: s.of(wall.topic)[-1]["data"]["post_id"] == 40)
    assert stream.heard(job.topic) == list(range(300))
    assert [f["data"]["post_id"] for f in stream.of(wall.topic)] == list(range(41))


def test_a_client_that_does_not_read_is_dropped(idle, user, job):
    slow = watch(idle, user, job.topic, f"user:{user.me['user_id']}", receive_buffer=4096)
    slow.until(lambda s: s.frames)
    time.sleep(0.3)  # both histories are read
    for _ in range(60):
        job.publish("job.progress", percent=1, delta="x" * 8000)
    eventually(lambda: "stream of many: slow after" in idle.log("httpd.log"), 5, what="the slow client's end line")


@pytest.mark.expect_log(r"[Rr]edis")
def test_redis_away_and_back(idle, user, job, other_job):
    stream = watch(idle, user, job.topic, other_job.topic)
    job.progress(1)
    stream.until(lambda s: s.heard(job.topic))
    for kind in ("pubsub", "normal"):
        idle.redis("CLIENT", "KILL", "TYPE", kind, "SKIPME", "yes")
    for channel in (job, other_job):
        channel.progress(2)
    stream.until(lambda s: 2 in s.heard(job.topic) and 2 in s.heard(other_job.topic), seconds=10)
    assert stream.heard(job.topic) == [1, 2] and stream.heard(other_job.topic) == [2]


def test_head_has_no_stream(idle, user, job):
    stream = Stream(idle, user, f"/events?topics={job.topic}", method="HEAD").until(lambda s: s.head)
    assert stream.status() == 200 and not stream.frames


def open_until_refused(stack, client, topic, port, most):
    """Opens streams until one is refused; the open ones and the refusal."""
    opened = []
    while len(opened) <= most:
        stream = Stream(stack, client, f"/events?topics={topic}", port=port).until(lambda s: s.head)
        if stream.status() != 200:
            return opened, stream
        opened.append(stream)
    raise AssertionError(f"{len(opened)} streams and no end")


def test_one_user_cannot_have_all_places(idle, user, new_user, strict):
    """Each child gives a user 20 and an address 60; a place that is left is free again."""
    port = int(strict.rpartition(":")[2])
    children = len(idle.children("httpd"))
    topic = f"wall:{user.me['wall']['wall_id']}"
    opened, refused = open_until_refused(idle, user, topic, port, 20 * children)
    assert 20 <= len(opened) <= 20 * children
    assert refused.status() == 429 and "retry-after:" in refused.head.lower()
    assert "x-request-id:" in refused.head.lower()
    other = Stream(idle, new_user(), f"/events?topics={topic}", port=port).until(lambda s: s.head)
    assert other.status() == 200
    for stream in opened:
        stream.close()

    def again():
        stream = Stream(idle, user, f"/events?topics={topic}", port=port).until(lambda s: s.head)
        stream.close()
        return stream.status() == 200

    eventually(again, 5, what="a place for the user")
    idle.redis("FLUSHALL")


def test_one_address_cannot_have_all_places(idle, user, anonymous, strict):
    port = int(strict.rpartition(":")[2])
    children = len(idle.children("httpd"))
    topic = f"wall:{user.me['wall']['wall_id']}"
    idle.redis("FLUSHALL")
    opened, refused = open_until_refused(idle, anonymous, topic, port, 60 * children)
    assert 60 <= len(opened) <= 60 * children
    assert refused.status() == 429
    for stream in opened:
        stream.close()
    idle.redis("FLUSHALL")
