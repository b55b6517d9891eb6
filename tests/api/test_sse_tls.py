# SPDX-License-Identifier: Apache-2.0
"""Streams over TLS, which the hub cannot hold: what there is, then the end, and the client comes back with its ids."""

import http.client
import json
import re
import ssl
import subprocess

import pytest

from tests.api.streams import Channel
from tests.stack import Stack, free_port
from tests.stack.client import Client

FACE = """LoadModule ssl_module "{modules}/mod_ssl.so"
Listen 127.0.0.1:{port}
<VirtualHost *:{port}>
    ServerName localhost:{port}
    DocumentRoot "@DIR@/htdocs"
    Include "@DIR@/etc/sites/wall.conf"
    SSLEngine on
    SSLCertificateFile "{folder}/cert.pem"
    SSLCertificateKeyFile "{folder}/key.pem"
</VirtualHost>
"""
FILL = ("for i = ARGV[1], ARGV[2] do redis.call('XADD', KEYS[1], '*', 'e', ARGV[3], 'd', "
        "'{\"percent\":' .. string.format('%d', i) .. ',\"filler\":\"' .. string.rep('x', ARGV[4]) .. '\"}') end")


@pytest.fixture(scope="module")
def tls(tmp_path_factory, contract):
    folder = tmp_path_factory.mktemp("tls")
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                    "-subj", "/CN=localhost", "-days", "2", "-addext", "basicConstraints=critical,CA:FALSE",
                    "-addext", "subjectAltName=DNS:localhost", "-keyout", folder / "key.pem", "-out", folder / "cert.pem"],
                   check=True, capture_output=True)
    modules = subprocess.run("apxs -q LIBEXECDIR || echo /usr/lib/apache2/modules", shell=True, check=True,
                             capture_output=True, text=True).stdout.strip()
    port = free_port()
    (folder / "face.conf").write_text(FACE.format(modules=modules, folder=folder, port=port))
    with Stack(options=["--set", "WallRateFactor 1000", "--extra", str(folder / "face.conf")]) as stack:
        stack.stop("worker")
        client = Client(stack, contract)
        client.register()
        client.tls = http.client.HTTPSConnection("localhost", port,
                                                 context=ssl.create_default_context(cafile=folder / "cert.pem"))
        yield client


def fill(channel, first, last, event="job.progress", size=4000):
    channel.stack.redis("EVAL", FILL, 1, channel.history, first, last, event, size)


def read(client, path):
    """The fields of each event of one answer; the connection is used again for the next."""
    client.tls.request("GET", f"/api/v1{path}", headers={"Authorization": f"Bearer {client.token}"})
    answer = client.tls.getresponse()
    body = answer.read().decode()
    assert answer.status == 200 and answer.headers["Content-Type"] == "text/event-stream", body
    return [dict(line.split(": ", 1) for line in block.split("\n")) for block in body.split("\n\n")[:-1]]


def watch(client, *topics):
    return [json.loads(event["data"]) for event in read(client, "/events?topics=" + ",".join(topics)) if "data" in event]


def most_memory(stack):
    """The most that each child of httpd ever had, in MB."""
    found = {}
    for pid in stack.children("httpd"):
        with open(f"/proc/{pid}/status", encoding="utf-8") as status:
            found[pid] = int(re.search(r"VmHWM:\s+(\d+) kB", status.read())[1]) / 1024
    return found


def make_walls(client, count):
    for i in range(count):
        client.stack.db("INSERT INTO walls (user_id, kind, wall_slug, display_name, privacy_level) "
                        "VALUES (?, 'group', ?, 'W', 'public')", client.me["user_id"], f"tls{i}")
    return [Channel(client.stack, f"wall:{row['wall_id']}")
            for row in client.stack.db("SELECT wall_id FROM walls WHERE wall_slug LIKE 'tls%' ORDER BY wall_id")]


def test_long_histories_are_told_whole_and_not_held_in_memory(tls):
    walls, count = make_walls(tls, 8), 1250
    for wall in walls:
        fill(wall, 1, count, event="post")  # 5 MB each
    read(tls, "/events?topics=wall:" + str(tls.me["wall"]["wall_id"]))
    before = most_memory(tls.stack)
    frames = watch(tls, *(wall.topic for wall in walls))
    after = most_memory(tls.stack)
    for wall in walls:
        own = [frame for frame in frames if frame["topic"] == wall.topic]
        assert [frame["data"]["percent"] for frame in own] == list(range(1, count + 1))
        assert len({frame["id"] for frame in own}) == count
    if not tls.stack.sanitizers:  # they keep what was freed
        assert max(after[pid] - before[pid] for pid in before) < 15, (before, after)
    # The client comes back with the ids it has.
    fill(walls[0], count + 1, count + 250, event="post")
    last = {frame["topic"]: frame["id"] for frame in frames}
    again = watch(tls, *(f"{wall.topic}@{last[wall.topic]}" for wall in walls))
    assert [(f["topic"], f["data"]["percent"]) for f in again] == [(walls[0].topic, n)
                                                                  for n in range(count + 1, count + 251)]


@pytest.mark.parametrize("count", [0, 1, 99, 100, 101, 250])
def test_an_ended_job_is_told_to_its_end(tls, count):
    job_id = tls.generate("A timer for tea")["job"]["job_id"]
    channel = Channel(tls.stack, f"job:{job_id}")
    tls.stack.redis("DEL", channel.history)
    tls.post(f"/ai/jobs/{job_id}/cancel", expect=200)
    tls.stack.redis("DEL", channel.history)
    fill(channel, 1, count, size=2000)
    told = [event for event in read(tls, f"/ai/jobs/{job_id}/status") if "event" in event]
    assert [json.loads(event["data"])["percent"] for event in told[:-1]] == list(range(1, count + 1))
    assert told[-1]["event"] == "job.cancelled"
    # Who has heard some of it hears the rest, and the end again.
    if count:
        middle = told[count // 2]["id"]
        rest = [event for event in read(tls, f"/ai/jobs/{job_id}/status?last_event_id={middle}") if "event" in event]
        assert rest == told[count // 2 + 1:]


def test_a_running_job_is_heard_in_parts(tls):
    job_id = tls.generate("A timer for tea")["job"]["job_id"]
    channel = Channel(tls.stack, f"job:{job_id}")
    heard, last = [], None
    for first in (1, 121, 241):
        fill(channel, first, first + 119)
        told = read(tls, f"/ai/jobs/{job_id}/status" + (f"?last_event_id={last}" if last else ""))
        assert told[0] == {"retry": "2000"}
        parts = [event for event in told if event.get("event") == "job.progress"]
        heard += [json.loads(event["data"])["percent"] for event in parts]
        last = parts[-1]["id"]
    assert heard == list(range(1, 361))
