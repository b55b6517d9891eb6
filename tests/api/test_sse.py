# SPDX-License-Identifier: Apache-2.0
"""The SSE hub: history, resuming, revocation, restarts, clients that do not read.

The worker is stopped, so a job stays queued and the tests publish its events themselves, the way
mod_wall/io/events.c does.
"""

import threading
import time

import pytest

from tests.api.streams import Job, live, without_worker
from tests.stack import eventually


@pytest.fixture(scope="module")
def idle(stack):
    yield from without_worker(stack)


@pytest.fixture
def channel(idle, user):
    return Job(idle, user)


def test_headers_and_snapshot(channel):
    stream = live(channel.open())
    head = stream.head.lower()
    assert head.startswith("http/1.1 200 ")
    assert "content-type: text/event-stream" in head
    assert "cache-control: no-store" in head and "x-request-id: " in head
    assert "transfer-encoding" not in head and "connection: close" in head
    assert 2000 <= stream.retry < 4000
    assert stream.events[0][:2] == (None, "job.queued")
    stream.close()


def test_head_has_no_stream(channel):
    stream = channel.open(method="HEAD")
    stream.until(lambda s: s.head)
    assert "200" in stream.head.split("\r\n")[0]
    assert stream.raw == b"" and not stream.events


def test_history_comes_first_then_live(channel):
    for percent in (1, 2, 3):
        channel.progress(percent)
    stream = live(channel.open()).until(lambda s: len(s.percents()) >= 3)
    for percent in (4, 5):
        channel.progress(percent)
    stream.until(lambda s: len(s.percents()) >= 5)
    assert stream.percents() == [1, 2, 3, 4, 5]
    ids = [i for i, event, _ in stream.events if event == "job.progress"]
    assert len(set(ids)) == 5


@pytest.mark.parametrize("how", ["header", "query"])
def test_resume_after_last_event_id(channel, how):
    ids = [channel.progress(percent) for percent in range(1, 6)]
    kw = {"last": ids[2]} if how == "header" else {"query": f"?last_event_id={ids[2]}"}
    stream = channel.open(**kw).until(lambda s: len(s.percents()) >= 2)
    channel.progress(6)
    stream.until(lambda s: len(s.percents()) >= 3)
    assert stream.percents() == [4, 5, 6]


# The last two are larger than any number Redis knows, which refuses them.
FOOLISH = ["-1-x", "1-", "18446744073709551616-0", "1-99999999999999999999"]


@pytest.mark.parametrize("last", FOOLISH)
def test_a_foolish_last_event_id_is_none(channel, last):
    channel.progress(1)
    stream = channel.open(last=last).until(lambda s: s.percents())
    assert stream.percents() == [1]


@pytest.mark.parametrize("last", FOOLISH)
def test_a_foolish_last_event_id_of_an_ended_job_is_none(channel, user, last):
    channel.progress(1)
    user.post(f"/ai/jobs/{channel.job_id}/cancel", expect=200)
    stream = channel.open(last=last).until(lambda s: s.events and s.events[-1][1] == "job.cancelled")
    assert stream.percents() == [1]


def test_nothing_lost_or_doubled_while_joining(channel):
    """Clients join in the middle of a stream of events; each sees every one of them once, in order."""
    total, streams = 400, []
    channel.progress(0)

    def publish():
        for percent in range(1, total):
            channel.progress(percent)

    publisher = threading.Thread(target=publish)
    publisher.start()
    while publisher.is_alive():
        streams.append(channel.open())
        time.sleep(0.02)
    publisher.join()
    assert len(streams) >= 10
    for stream in streams:
        stream.until(lambda s: s.percents() and s.percents()[-1] == total - 1, seconds=10)
        assert stream.percents() == list(range(total))
        stream.close()


def test_events_without_id_pass(channel):
    stream = live(channel.open())
    channel.progress(1)
    stream.until(lambda s: s.percents())
    channel.passing("job.queued", position=7, total=9, eta_s=1)
    stream.until(lambda s: s.events[-1][1] == "job.queued" and s.events[-1][2]["position"] == 7)
    assert stream.events[-1][0] is None


def test_final_event_ends_the_stream(channel):
    stream = live(channel.open())
    channel.progress(50)
    channel.publish("job.failed", code="X", message="x", retryable=True, refunded=1)
    channel.progress(99)
    stream.until(lambda s: s.closed)
    assert [e for _, e, _ in stream.events][-2:] == ["job.progress", "job.failed"]


def test_ended_job_says_so_once_and_closes(channel, user):
    user.post(f"/ai/jobs/{channel.job_id}/cancel", expect=200)
    stream = channel.open().until(lambda s: s.closed or "content-length" in (s.head or "").lower())
    stream.until(lambda s: s.events)
    assert [e for _, e, _ in stream.events].count("job.cancelled") == 1


def test_heartbeat(channel):
    stream = live(channel.open()).until(lambda s: getattr(s, "beats", 0) >= 1, seconds=17)
    assert not stream.closed


def test_logout_closes_the_stream(channel, user, new_user):
    other = new_user()
    watching = live(channel.open())
    bystander = live(channel.open(client=other))
    began = time.monotonic()
    user.logout()
    watching.until(lambda s: s.closed, seconds=6)
    assert time.monotonic() - began <= 5
    channel.progress(1)
    bystander.until(lambda s: s.percents())


def test_visitors_may_watch_public_jobs(channel, anonymous):
    stream = live(channel.open(client=anonymous))
    channel.progress(1)
    stream.until(lambda s: s.percents())


def test_unknown_job_is_a_plain_404(idle, anonymous):
    answer = anonymous.get("/ai/jobs/0198c0de-0000-7000-8000-000000000000/status", expect=404)
    assert answer.code == "WALL_NOT_FOUND"


def test_a_client_that_does_not_read_is_dropped(channel):
    slow = channel.open(receive_buffer=4096)
    quick = live(channel.open())
    live(slow)
    filler = "x" * 8000
    for _ in range(60):
        channel.publish("job.progress", percent=1, delta=filler)
        quick.read(0)
    quick.until(lambda s: len(s.percents()) >= 60, seconds=10)
    eventually(lambda: f"job:{channel.job_id}: slow after" in channel.stack.log("httpd.log"), 5,
               what="the slow client's end line")
    slow.until(lambda s: s.closed, seconds=5)
    assert len(slow.percents()) < 60


def test_long_history_waits_for_a_slow_reader(channel):
    """More history than the backlog takes: it comes in pieces, at the reader's speed, whole."""
    filler = "x" * 4000
    for percent in range(120):
        channel.publish("job.progress", percent=percent, delta=filler)
    stream = channel.open(receive_buffer=8192)
    time.sleep(1)
    stream.until(lambda s: len(s.percents()) >= 120, seconds=10)
    assert stream.percents() == list(range(120))
    channel.progress(120)
    stream.until(lambda s: s.percents()[-1] == 120)


@pytest.mark.expect_log(r"[Rr]edis")
def test_redis_away_and_back_loses_nothing_kept(channel):
    stream = live(channel.open())
    channel.progress(1)
    stream.until(lambda s: s.percents() == [1])
    channel.stack.redis("CLIENT", "KILL", "TYPE", "pubsub")
    channel.stack.redis("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes")
    channel.progress(2)
    stream.until(lambda s: len(s.percents()) >= 2, seconds=10)
    channel.progress(3)
    stream.until(lambda s: len(s.percents()) >= 3, seconds=10)
    assert stream.percents() == [1, 2, 3]


def test_graceful_restart_closes_streams_at_once(channel):
    streams = [live(channel.open()) for _ in range(20)]
    before = channel.stack.children("httpd")
    began = time.monotonic()
    channel.stack.graceful()
    for stream in streams:
        stream.until(lambda s: s.closed, seconds=5)
    assert time.monotonic() - began < 1
    eventually(lambda: not set(before) & set(channel.stack.children("httpd")), 5,
               what="the end of the old children")
    again = live(channel.open())
    channel.progress(1)
    again.until(lambda s: s.percents())


def test_end_line_in_the_log(channel):
    stream = live(channel.open())
    request_id = next(line.split(": ")[1] for line in stream.head.split("\r\n")
                      if line.lower().startswith("x-request-id"))
    stream.close()
    eventually(lambda: any("gone after" in line and request_id in line
                           for line in channel.stack.log("httpd.log").splitlines()), 5,
               what="the end line")
