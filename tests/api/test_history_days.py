# SPDX-License-Identifier: Apache-2.0
"""Days of the history where the clock is changed: a site in Berlin, on a stack of its own."""

import pytest

from tests.api.test_history import post, walk
from tests.stack import Stack, within_a_day
from tests.stack.client import Client


@pytest.fixture(scope="module")
def berlin():
    with Stack(options=["--set", "WallRateFactor 1000", "--set", "WallTimeZone Europe/Berlin"]) as stack:
        yield stack
        assert stack.unexpected_lines() == []


@pytest.fixture
def reader(berlin, contract):
    client = Client(berlin, contract)
    client.register()
    return client


# The last instant before and the first of each day, in UTC: 23 hours on 30 March, 25 on 26 October 2031.
EDGES = {"2031-03-30": ("2031-03-29 23:00:00", "2031-03-30 21:59:59.999999", 23),
         "2031-10-26": ("2031-10-25 22:00:00", "2031-10-26 22:59:59.999999", 25),
         "2031-07-01": ("2031-06-30 22:00:00", "2031-07-01 21:59:59.999999", 24)}


@pytest.mark.parametrize("day", EDGES)
def test_a_day_has_its_own_length(berlin, reader, day):
    first, last, hours = EDGES[day]
    at = berlin.value("SELECT TIMESTAMPDIFF(HOUR, ?, ?)", first, last)
    assert int(at) == hours - 1
    for amount, when in ((1, first), (10, last)):
        before = berlin.value("SELECT DATE_SUB(?, INTERVAL 1 MICROSECOND)", when) if amount == 1 else None
        if before:
            post(berlin, reader, 100, when=before)
        post(berlin, reader, amount, when=when)
    post(berlin, reader, 1000, when=berlin.value("SELECT DATE_ADD(?, INTERVAL 1 MICROSECOND)", last))
    assert [m["amount"] for m in walk(reader, since=day, until=day)] == [10, 1]
    assert [m["amount"] for m in walk(reader, since=day)] == [1000, 10, 1]
    assert [m["amount"] for m in walk(reader, until=day, since="2031-01-01")] == [10, 1, 100]
    assert walk(reader, since="2032-01-01") == []
    rows = reader.get("/bricks/transactions/export", params={"since": day, "until": day}, expect=200).body
    assert rows.count(b"\r\n") == 3


def test_spending_is_of_the_sites_days(berlin, contract):
    for begins in (22, 23):  # in summer and in winter
        within_a_day(begins=begins)
    reader = Client(berlin, contract)
    reader.register()
    got = reader.get("/bricks/spending", expect=200).data
    assert got["time_zone"] == "Europe/Berlin"
    assert got["items"][-1]["received"] == 500
