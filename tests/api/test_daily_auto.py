# SPDX-License-Identifier: Apache-2.0
"""The day's bricks by themselves, in a time zone of the site's own: an instance with other settings."""

import datetime

import pytest

from tests.stack import Stack, within_a_day
from tests.stack.client import Client


BEGINS = 10  # midnight in Kiritimati, 14 hours ahead of UTC


@pytest.fixture(scope="module")
def zoned():
    with Stack(options=["--set", "WallRateFactor 1000", "--set", "WallBricksDailyAuto On", "--set",
                        "WallBricksDaily 30", "--set", "WallBricksStreak 0",
                        "--set", "WallBricksMaxPerJob 12", "--set", "WallPremiumMaxPerJob 17",
                        "--set", "WallPremiumDaily 70", "--set", "WallPremiumPriority 5",
                        "--set", "WallTimeZone Pacific/Kiritimati"]) as stack:
        yield stack


def test_the_first_visit_of_a_day(zoned, contract):
    within_a_day(begins=BEGINS)
    client = Client(zoned, contract)
    me = client.register()["user_id"]
    assert client.get("/users/me", expect=200).data["bricks"]["available"] == 530
    for _ in range(3):
        client.get("/users/me", expect=200)
    assert client.balance() == (530, 0)
    daily = client.get("/bricks/balance").data["daily"]
    assert (daily["automatic"], daily["claimable"], daily["streak_days"]) == (True, False, 1)
    assert daily["time_zone"] == "Pacific/Kiritimati"
    there = (datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(hours=14)).date()
    assert zoned.value("SELECT local_day FROM bricks_daily_claims WHERE user_id = ?", me) == str(there)
    assert daily["next_claim_at"] == f"{there}T{BEGINS}:00:00.000Z"
    client.post("/bricks/claim-daily", expect=409)


def test_premium_ends_by_itself(zoned, contract):
    """Cap, priority and daily bricks, while it lasts and a second after."""
    def terms(client):
        estimate = client.post("/bricks/estimate", {"prompt": "A chess game with sound and animations"}, expect=200).data
        job = client.generate("A chess game with sound and animations")["job"]["job_id"]
        return (estimate["bricks_max"], zoned.number("SELECT amount FROM bricks_holds WHERE job_id = ?", job),
                zoned.number("SELECT priority FROM ai_generation_jobs WHERE job_id = ?", job))

    def premium(client, seconds):
        zoned.db("UPDATE users SET is_premium = 1, premium_until = NOW(6) + INTERVAL ? SECOND WHERE user_id = ?",
                 seconds, client.me["user_id"])

    lasting, ended = Client(zoned, contract), Client(zoned, contract)
    for client, seconds in ((lasting, 60), (ended, -1)):
        client.register()
        premium(client, seconds)
    assert [client.get("/bricks/balance", expect=200).data["daily"]["amount"] for client in (lasting, ended)] == [70, 30]
    assert (terms(lasting), terms(ended)) == ((17, 17, 5), (12, 12, 0))
    premium(lasting, -1)
    assert terms(lasting) == (12, 12, 0)


def test_a_page_is_a_visit(zoned, contract):
    within_a_day(begins=BEGINS)
    client = Client(zoned, contract)
    client.register()
    page = client.http.get(zoned.base_url + "/", timeout=10)
    assert page.status_code == 200
    assert zoned.number("SELECT bricks_balance FROM users WHERE user_id = ?", client.me["user_id"]) == 530


def test_a_site_without_daily_bricks(contract):
    with Stack(options=["--set", "WallRateFactor 1000", "--set", "WallBricksDaily 0"]) as stack:
        client = Client(stack, contract)
        me = client.register()["user_id"]
        daily = client.get("/bricks/balance", expect=200).data["daily"]
        assert (daily["claimable"], daily["amount"], daily["next_claim_at"]) == (False, 0, None)
        assert client.post("/bricks/claim-daily", expect=403).code == "WALL_FORBIDDEN"
        stack.db("UPDATE users SET is_premium = 1 WHERE user_id = ?", me)
        assert client.post("/bricks/claim-daily", expect=200).data["amount"] == 200
