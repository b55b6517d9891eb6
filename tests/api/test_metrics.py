# SPDX-License-Identifier: Apache-2.0
"""/metrics: who may read it, that Prometheus' own parser takes it, that the numbers are right."""

import time

import pytest
import requests
from prometheus_client.parser import text_string_to_metric_families

from tests.stack import NIGHT, Stack, eventually, within_a_day
from tests.stack.client import Client


def scrape(base_url, **more):
    return requests.get(base_url + "/metrics", timeout=10, **more)


def families(text):
    return {family.name: family for family in text_string_to_metric_families(text)}


def value(text, name, **labels):
    """The one sample of that name with these labels; 0 when it is not told."""
    found = [sample.value for family in text_string_to_metric_families(text) for sample in family.samples
             if sample.name == name and all(sample.labels.get(k) == v for k, v in labels.items())]
    assert len(found) < 2, (name, labels, found)
    return found[0] if found else 0


@pytest.fixture(scope="module")
def admin(stack, contract):
    client = Client(stack, contract)
    client.register()
    return client.become()


def read(admin, stack):
    answer = admin.http.get(stack.base_url + "/metrics", timeout=10)
    assert answer.status_code == 200, answer.text
    assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    return answer.text


def test_administrators_only(stack, user, anonymous):
    assert scrape(stack.base_url).status_code == 401
    assert user.http.get(stack.base_url + "/metrics", timeout=10).status_code == 403
    assert "wall_" not in user.http.get(stack.base_url + "/metrics", timeout=10).text
    for method, status in (("POST", 405), ("OPTIONS", 204)):
        answer = anonymous.http.request(method, stack.base_url + "/metrics", timeout=10)
        assert answer.status_code == status and answer.headers["Allow"] == "OPTIONS, GET, HEAD"


def test_prometheus_understands_it(stack, admin):
    text = read(admin, stack)
    found = families(text)
    for name, kind in (("wall_http_requests", "counter"), ("wall_http_request_duration_seconds", "histogram"),
                       ("wall_failures", "counter"), ("wall_sse_clients", "gauge"), ("wall_queue_length", "gauge"),
                       ("wall_jobs", "gauge"), ("wall_jobs_finished", "counter"), ("wall_worker_up", "gauge"),
                       ("wall_bricks", "gauge"), ("wall_bricks_holds_open", "gauge")):
        assert found[name].type == kind and found[name].documentation and found[name].samples, name
    names = [line.split()[2] for line in text.splitlines() if line.startswith("# TYPE")]
    assert len(names) == len(set(names))
    # what `promtool check metrics` asks for: totals are counters and counters are totals, seconds are the unit
    for line in text.splitlines():
        if line.startswith("# TYPE"):
            _, _, name, kind = line.split()
            assert name.endswith("_total") == (kind == "counter"), line
            assert not name.endswith(("_ms", "_milliseconds", "_count", "_sum", "_bucket")), line
    assert text.endswith("\n") and all(line == line.strip() for line in text.splitlines())


def test_requests_are_counted(stack, admin, anonymous):
    before = read(admin, stack)
    for _ in range(7):
        anonymous.get("/bricks/rates", expect=200)
    for _ in range(3):
        anonymous.get("/bricks/balance", expect=401)
    anonymous.http.get(stack.base_url + "/bricks/how", timeout=10)
    after = before

    def more(**labels):
        return value(after, "wall_http_requests_total", **labels) - value(before, "wall_http_requests_total", **labels)

    def counted():
        """A request is counted when its answer has gone out."""
        nonlocal after
        after = read(admin, stack)
        return sum(more(route=route, **{"class": found}) for route, found in (
            ("getBricksRates", "2xx"), ("getBricksBalance", "4xx"), ("bricksHowPage", "2xx"))) >= 11

    eventually(counted, what="all eleven")
    assert more(route="getBricksRates", **{"class": "2xx"}) == 7
    assert more(route="getBricksBalance", **{"class": "4xx"}) == 3
    assert more(route="bricksHowPage", **{"class": "2xx"}) == 1
    name = "wall_http_request_duration_seconds"
    assert value(after, name + "_count") - value(before, name + "_count") >= 11
    assert value(after, name + "_bucket", le="+Inf") == value(after, name + "_count")
    assert 0 < value(after, name + "_sum") < value(after, name + "_count")
    buckets = [s.value for s in families(after)[name].samples if s.name.endswith("_bucket")]
    assert buckets == sorted(buckets)


def test_no_count_is_lost(stack, admin, anonymous):
    """Many threads and children at once: the sum is exact."""
    from concurrent.futures import ThreadPoolExecutor  # pylint: disable=import-outside-toplevel
    before = value(read(admin, stack), "wall_http_requests_total", route="health", **{"class": "2xx"})

    def ask(_):
        with requests.Session() as session:
            for _ in range(25):
                assert session.get(stack.base_url + "/api/v1/health", timeout=10).status_code == 200

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(ask, range(16)))
    after = eventually(lambda: (found := value(read(admin, stack), "wall_http_requests_total", route="health",
                                               **{"class": "2xx"})) - before >= 400 and found, what="400 requests")
    assert after - before == 400


def test_streams_are_counted(stack, user, admin):
    job = user.generate("A kitchen timer with three presets [[rate:600]]")["job"]
    with user.request("GET", f"/ai/jobs/{job['job_id']}/status", stream=True, timeout=20) as response:
        assert response.status_code == 200
        eventually(lambda: value(read(admin, stack), "wall_sse_clients") >= 1, what="a stream")
    user.wait_job(job["job_id"])
    eventually(lambda: value(read(admin, stack), "wall_sse_clients") == 0, what="no stream")


def test_bricks_sum_to_zero(stack, admin):
    text = read(admin, stack)
    assert sum(s.value for s in families(text)["wall_bricks"].samples) == 0
    assert value(text, "wall_worker_up") == 1 and value(text, "wall_model_up") == 1


def test_addresses_that_may_read_without_signing_in():
    with Stack(options=["--set", "WallMetricsAllow 10.0.0.0/8 127.0.0.1 ::1"]) as stack:
        answer = scrape(stack.base_url)
        assert answer.status_code == 200 and "wall_http_requests_total" in answer.text
        assert scrape(stack.base_url, headers={"X-Forwarded-For": "192.0.2.1"}).status_code == 200
        began = time.monotonic()
        for _ in range(20):
            assert scrape(stack.base_url).status_code == 200
        assert time.monotonic() - began < 5
        assert stack.unexpected_lines() == []


def test_counters_survive_a_child(stack, admin, anonymous):
    anonymous.get("/bricks/rates", expect=200)
    before = value(read(admin, stack), "wall_http_requests_total", route="getBricksRates", **{"class": "2xx"})
    assert before >= 1
    text = eventually(lambda: read(admin, stack), what="an answer")
    assert value(text, "wall_http_requests_total", route="getBricksRates", **{"class": "2xx"}) >= before


# ---- the administrator's page ----------------------------------------------------------------------
def test_numbers_of_the_ledger(stack, user, admin):
    got = admin.get("/admin/bricks", expect=200).data
    totals = got["totals"]
    assert sum(totals[account] for account in ("available", "held", "treasury", "revenue", "sales")) == 0
    assert totals["users"] == stack.number("SELECT COUNT(*) FROM users")
    assert totals["holds_open"] == stack.number("SELECT COUNT(*) FROM bricks_holds WHERE status = 'held'")
    user.get("/admin/bricks", expect=403)


def test_a_proof_once_more(stack, admin):
    within_a_day(begins=70 / 60)  # as NIGHT does
    stack.db("DELETE FROM bricks_checks")
    stack.db("INSERT INTO bricks_checks (check_day, took_ms, ok, transactions, entries, users, open_holds, days, "
             f"breaches, first_breach) VALUES ({NIGHT}, 12, 0, 5, 10, 2, 0, 1, 1, 'user 7: 5 instead of 6')")
    got = admin.get("/admin/bricks", expect=200).data
    assert got["check_state"] == "done" and got["check"]["ok"] is False
    assert (got["check"]["breaches"], got["check"]["first_breach"]) == (1, "user 7: 5 instead of 6")
    again = admin.post("/admin/bricks/check", expect=202).data
    assert again["check_state"] in ("queued", "running")
    stack.db(f"REPLACE INTO bricks_checks (check_day) VALUES ({NIGHT}), ({NIGHT} + INTERVAL 1 DAY)")  # stay: see Stack.up
    assert admin.post("/admin/bricks/check", expect=202).data["check_state"] == "running"
