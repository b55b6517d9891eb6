# SPDX-License-Identifier: Apache-2.0
"""Walls: by address and by id, and who may see them."""

import pytest


def test_wall_by_address_and_by_id(anonymous, user):
    wall = user.me["wall"]
    by_slug = user.get(f"/walls/{wall['wall_slug']}", expect=200).data
    assert by_slug == user.get(f"/walls/{wall['wall_id']}", expect=200).data
    assert by_slug == user.get(f"/walls/{wall['wall_slug'].upper()}", expect=200).data
    assert by_slug["owner"] == {key: user.me[key] for key in ("user_id", "username", "display_name")}
    assert by_slug["description"] is None
    assert by_slug["created_at"].endswith("Z")
    seen = anonymous.get(f"/walls/{wall['wall_slug']}", expect=200).data
    assert seen == {**by_slug, "may_post": False}


@pytest.mark.parametrize("wall", ["nobody-has-this", "999999999999", "a-b_c"])
def test_wall_unknown(anonymous, wall):
    for path in (f"/walls/{wall}", f"/walls/{wall}/posts"):
        assert anonymous.get(path, expect=404).code == "WALL_NOT_FOUND"


@pytest.mark.parametrize("wall", ["0", "-1", "01", "9" * 25, "ab", "a%20b", "1a", "%C3%BC%C3%BC%C3%BC", "a" * 101])
def test_wall_with_an_impossible_name(anonymous, wall):
    for path in (f"/walls/{wall}", f"/walls/{wall}/posts"):
        answer = anonymous.get(path, expect=422)
        assert list(answer.details) == ["wall"]


def test_wall_unknown_parameter(anonymous, user):
    answer = anonymous.get(f"/walls/{user.me['username']}", params={"with": "posts"}, expect=422)
    assert list(answer.details) == ["with"]


@pytest.mark.parametrize("level", ["private", "followers"])
def test_wall_that_is_not_for_all(stack, anonymous, new_user, level):
    """For others it does not exist, and neither does anything on it."""
    owner, stranger = new_user(), new_user()
    wall = owner.me["wall"]
    post = owner.write("still public by itself")
    stack.db("UPDATE walls SET privacy_level = ?, description = 'Mine' WHERE wall_id = ?", level,
             wall["wall_id"])
    seen = owner.get(f"/walls/{wall['wall_slug']}", expect=200).data
    assert (seen["privacy_level"], seen["description"]) == (level, "Mine")
    assert owner.get(f"/posts/{post['post_id']}", expect=200).data == post
    for other in (stranger, anonymous):
        missing = other.get("/walls/nobody-has-this", expect=404).error
        for path in (f"/walls/{wall['wall_slug']}", f"/walls/{wall['wall_id']}",
                     f"/walls/{wall['wall_slug']}/posts", f"/posts/{post['post_id']}"):
            error = other.get(path, expect=404).error
            assert {**error, "request_id": ""} == {**missing, "request_id": ""}
    answer = stranger.post(f"/walls/{wall['wall_slug']}/posts", {"content_text": "x"}, expect=404)
    assert answer.code == "WALL_NOT_FOUND"
