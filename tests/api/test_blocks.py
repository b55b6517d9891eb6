# SPDX-License-Identifier: Apache-2.0
"""Blocks: neither of two sees anything of the other, wherever they look; nobody is told."""

import json
import time
from functools import partial

import pytest

from tests.api.parallel import begin_all
from tests.stack.client import Client


@pytest.fixture
def pair(new_user):
    return new_user(), new_user()


def block(one, other):
    return one.put(f"/users/{other.me['user_id']}/block", expect=200).data


def test_block_and_take_back(pair):
    one, other = pair
    made = block(one, other)
    assert made["user"] == {k: other.me[k] for k in ("user_id", "username", "display_name")}
    assert one.put(f"/users/{other.me['username']}/block", expect=200).data == made  # once is enough
    assert one.get(f"/users/{other.me['username']}/block", expect=200).data == made
    assert one.get("/users/me/blocks", expect=200).data == {"items": [made], "next_cursor": None}
    # the other is told nothing
    other.get(f"/users/{one.me['username']}/block", expect=404)
    assert other.get("/users/me/blocks", expect=200).data["items"] == []
    one.delete(f"/users/{other.me['user_id']}/block", expect=200)
    one.delete(f"/users/{other.me['user_id']}/block", expect=200)
    one.get(f"/users/{other.me['user_id']}/block", expect=404)
    assert one.get("/users/me/blocks", expect=200).data["items"] == []


def test_who_cannot_be_blocked(user):
    answer = user.put(f"/users/{user.me['username']}/block", expect=409)
    assert answer.error["message"] == "You cannot block yourself."
    user.put("/users/nobody-has-this/block", expect=404)
    user.delete("/users/999999999/block", expect=404)
    user.get("/users/nobody-has-this/block", expect=404)
    user.put("/users/me/block", expect=422)


def test_who_blocked_me_can_be_blocked_as_well(pair):
    one, other = pair
    block(one, other)
    other.get(f"/users/{one.me['user_id']}", expect=404)
    block(other, one)
    one.delete(f"/users/{other.me['user_id']}/block", expect=200)
    one.get(f"/users/{other.me['user_id']}", expect=404)
    other.delete(f"/users/{one.me['user_id']}/block", expect=200)
    one.get(f"/users/{other.me['user_id']}", expect=200)


def test_the_list_by_pages(user, new_user):
    made = [block(user, new_user()) for _ in range(5)][::-1]
    page = user.get("/users/me/blocks", params={"limit": 2}, expect=200).data
    rest = user.get("/users/me/blocks", params={"cursor": page["next_cursor"]}, expect=200).data
    assert page["items"] + rest["items"] == made and rest["next_cursor"] is None
    user.get("/users/me/blocks", params={"cursor": "x"}, expect=400)


@pytest.mark.parametrize("who", ["blocked", "blocker"])
def test_nothing_is_seen_either_way(stack, pair, anonymous, who):
    owner, viewer = pair
    app = owner.generate("A timer for tea")
    owner.wait_job(app["job"]["job_id"], until=("completed",))
    post, wall = app["post"]["post_id"], owner.me["wall"]["wall_slug"]
    places = [f"/walls/{wall}", f"/walls/{owner.me['wall']['wall_id']}", f"/walls/{wall}/posts", f"/posts/{post}", f"/users/{wall}",
              f"/users/{owner.me['user_id']}", f"/ai/jobs/{app['job']['job_id']}", f"/ai/jobs/{app['job']['job_id']}/status",
              f"/ai/applications/{app['post']['app']['app_id']}", f"/events?topics=job:{app['job']['job_id']},wall:{owner.me['wall']['wall_id']}"]
    pages = [f"/w/{wall}", f"/p/{post}", f"/a/{app['post']['app']['app_id']}"]

    def recent(client):
        return post in [item["post_id"] for item in client.get("/discover/recent", params={"limit": 100}, expect=200).data["items"]]

    for place in places[:7]:
        viewer.get(place, expect=200)
    assert recent(viewer)
    block(*((owner, viewer) if who == "blocked" else (viewer, owner)))
    for place in places:
        viewer.get(place, expect=404)
    viewer.post(f"/walls/{wall}/posts", {"content_text": "x"}, expect=404)
    viewer.post("/ai/generate", {"prompt": "A timer for tea", "wall": wall}, expect=404)
    viewer.delete(f"/posts/{post}", expect=404)
    viewer.post(f"/ai/jobs/{app['job']['job_id']}/cancel", expect=404)
    for page in pages:
        assert viewer.http.get(stack.base_url + page, timeout=10).status_code == 404, page
        assert anonymous.http.get(stack.base_url + page, timeout=10).status_code == 200
    assert not recent(viewer) and recent(owner) and recent(anonymous)
    owner.get(f"/posts/{post}", expect=200)
    anonymous.get(f"/posts/{post}", expect=200)


def test_what_was_seen_before_is_no_longer(pair):
    """Encoded answers are kept by process: who may see one is asked each time."""
    owner, viewer = pair
    posts = [owner.write(f"number {i}")["post_id"] for i in range(3)]
    wall = f"/walls/{owner.me['wall']['wall_slug']}/posts"
    for _ in range(4):
        viewer.get(f"/posts/{posts[0]}", expect=200)
        assert len(viewer.get(wall, expect=200).data["items"]) == 3
    block(owner, viewer)
    for _ in range(4):
        viewer.get(f"/posts/{posts[0]}", expect=404)
        viewer.get(wall, expect=404)
    owner.delete(f"/users/{viewer.me['user_id']}/block", expect=200)
    assert len(viewer.get(wall, expect=200).data["items"]) == 3


def stream_ends(stack, contract, owner, viewer, blocker):
    topics = f"wall:{owner.me['wall']['wall_id']}"
    with viewer.request("GET", f"/events?topics={topics}", stream=True, timeout=20) as response:
        assert response.status_code == 200
        time.sleep(4)  # longer than the look back of the question
        began = time.monotonic()
        block(blocker, viewer if blocker is owner else owner)
        for _ in response.iter_content(chunk_size=None):
            assert time.monotonic() - began < 5
        assert time.monotonic() - began < 5
    viewer.get(f"/events?topics={topics}", expect=404)
    # their other streams come back and stay, and a third person's never stopped
    own = f"wall:{viewer.me['wall']['wall_id']}"
    time.sleep(3)
    with viewer.request("GET", f"/events?topics={own}", stream=True, timeout=20) as response:
        copy = Client(stack, contract)
        copy.bearer, copy.token, copy.me = True, viewer.token, viewer.me
        time.sleep(4)
        copy.write("after the block")
        line = next(line for line in response.iter_lines(chunk_size=1) if line.startswith(b"data: ") and b"post" in line)
        assert json.loads(line[6:])["topic"] == own


@pytest.fixture(scope="module")
def streams(stack, contract):
    """Both ways at once: most of it is waiting."""
    works = {}
    for who in ("blocked", "blocker"):
        owner, viewer = Client(stack, contract), Client(stack, contract)
        owner.register()
        viewer.register()
        works[who] = partial(stream_ends, stack, contract, owner, viewer, owner if who == "blocked" else viewer)
    return begin_all(works)


@pytest.mark.parametrize("who", ["blocked", "blocker"])
def test_an_open_stream_ends_within_five_seconds(streams, who):
    streams[who].result()
