# SPDX-License-Identifier: Apache-2.0
"""PATCH /walls/{wall}: partial updates, and If-Match between two who edit the same wall."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.api.streams import Channel
from tests.stack import eventually
from tests.stack.client import Client


def address(user):
    return "/walls/" + user.me["wall"]["wall_slug"]


def test_only_what_is_given_changes(stack, user):
    wall = user.get(address(user), expect=200).data
    assert wall["glaze"] == "brick"
    changed = user.patch(address(user), {"display_name": "  Kiln & Co ", "description": "Pots.\r\nhttps://a.example",
                                         "glaze": "slate"}, expect=200).data
    assert changed == {**wall, "display_name": "Kiln & Co", "description": "Pots.\nhttps://a.example", "glaze": "slate",
                       "description_html": '<p>Pots.<br><a href="https://a.example" rel="nofollow noopener ugc" '
                                           'target="_blank">https://a.example</a></p>'}
    assert user.patch(address(user), {"glaze": "plum"}, expect=200).data == {**changed, "glaze": "plum"}
    assert user.patch(address(user), {}, expect=200).data["glaze"] == "plum"
    nulls = {"display_name": None, "privacy_level": None, "glaze": None}
    assert user.patch(address(user), nulls, expect=200).data == {**changed, "glaze": "plum"}
    assert user.get(address(user), expect=200).data == {**changed, "glaze": "plum"}
    by_id = f"/walls/{wall['wall_id']}"
    assert user.patch(by_id, {"description": None}, expect=200).data["description"] is None
    assert user.patch(by_id, {"description": "back"}, expect=200).data["description"] == "back"
    assert user.patch(by_id, {"description": "  "}, expect=200).data["description"] is None
    page = user.http.get(stack.base_url + "/w/" + wall["wall_slug"], timeout=10).text
    assert '<div class="shell wide">' in page and '<main id="main" tabindex="-1" data-glaze="plum">' in page


@pytest.mark.parametrize("body, field", [
    ({"display_name": ""}, "display_name"), ({"display_name": " "}, "display_name"), ({"display_name": "x" * 101}, "display_name"),
    ({"display_name": "a\nb"}, "display_name"), ({"description": "x" * 2001}, "description"), ({"glaze": "gold"}, "glaze"),
    ({"privacy_level": "secret"}, "privacy_level"), ({"wall_slug": "other"}, "wall_slug"), ({"owner": 1}, "owner"),
    ({"glaze": 3}, "glaze"),
])
def test_what_is_refused(user, body, field):
    before = user.get(address(user), expect=200).data
    answer = user.patch(address(user), body, expect=422)
    assert list(answer.details) == [field]
    assert user.get(address(user), expect=200).data == before


def test_hiding_a_wall(stack, user, anonymous):
    user.patch(address(user), {"privacy_level": "private"}, expect=200)
    anonymous.get(address(user), expect=404)
    assert user.get(address(user), expect=200).data["privacy_level"] == "private"
    user.patch(address(user), {"privacy_level": "public"}, expect=200)
    anonymous.get(address(user), expect=200)


def test_somebody_elses_wall(user, new_user):
    other = new_user()
    wall = other.get(address(user), expect=200)
    answer = other.patch(address(user), {"glaze": "pine"}, expect=403)
    assert answer.error["message"] == "Only its owner changes a wall."
    for tag in (wall.headers["ETag"], '"other"', "*"):
        other.patch(address(user), {"glaze": "pine"}, headers={"If-Match": tag}, expect=412 if tag == '"other"' else 403)
    other.patch("/walls/nobody-has-this", {"glaze": "pine"}, expect=404)
    other.patch("/walls/nobody-has-this", {"glaze": "pine"}, headers={"If-Match": "*"}, expect=404)
    user.patch(address(user), {"privacy_level": "private"}, expect=200)
    other.patch(address(user), {"glaze": "pine"}, headers={"If-Match": '"x"'}, expect=404)
    assert user.get(address(user), expect=200).data["glaze"] == "brick"


def test_two_who_edit_the_same(user):
    seen = user.get(address(user), expect=200).headers["ETag"]
    first = user.patch(address(user), {"glaze": "moss"}, headers={"If-Match": seen}, expect=200)
    answer = user.patch(address(user), {"glaze": "plum"}, headers={"If-Match": seen}, expect=412)
    assert answer.code == "WALL_PRECONDITION_FAILED"
    now = user.get(address(user), expect=200)
    assert now.data["glaze"] == "moss" and now.headers["ETag"] == first.headers["ETag"] != seen
    # nothing that was not changed is a conflict, and a list may hold the right one
    tag = f'"0123", {now.headers["ETag"]}'
    second = user.patch(address(user), {"glaze": "plum"}, headers={"If-Match": tag}, expect=200)
    gzip = second.headers["ETag"][:-1] + '-gzip"'
    user.patch(address(user), {"glaze": "ochre"}, headers={"If-Match": gzip}, expect=200)
    user.patch(address(user), {"glaze": "brick"}, headers={"If-Match": "*"}, expect=200)
    for nonsense in ('""', '"', "W/", "0"):
        user.patch(address(user), {"glaze": "pine"}, headers={"If-Match": nonsense}, expect=412)
    # the tag is of what the reader sees, in whatever language
    seen = user.get(address(user), headers={"Accept-Language": "ar"}, expect=200).headers["ETag"]
    user.patch(address(user), {"glaze": "pine"}, headers={"If-Match": seen, "Accept-Language": "ru"}, expect=200)


def test_of_many_at_once_one_wins(stack, contract, user):
    """Each believes to be the only one; nobody's change is overwritten unseen."""
    clients = []
    for _ in range(8):
        client = Client(stack, contract)
        client.bearer, client.token = True, user.token
        clients.append(client)
    for turn in range(6):
        seen = user.get(address(user), expect=200).headers["ETag"]

        def change(number, seen=seen, turn=turn):
            return clients[number].patch(address(user), {"display_name": f"turn {turn} of {number}"}, headers={"If-Match": seen})

        with ThreadPoolExecutor(len(clients)) as pool:
            answers = list(pool.map(change, range(len(clients))))
        winners = [answer for answer in answers if answer.status == 200]
        assert sorted(answer.status for answer in answers) == [200] + [412] * (len(clients) - 1), answers
        assert user.get(address(user), expect=200).data == winners[0].data


def told(stack, topic):
    return "".join(map(str, stack.redis("XRANGE", Channel(stack, topic).history, "-", "+")))


def test_a_change_is_told(stack, user):
    """To those who may see the wall; of a hidden one to its owner alone."""
    wall_id = user.me["wall"]["wall_id"]
    wall, owner = f"wall:{wall_id}", f"user:{user.me['user_id']}"
    user.patch(address(user), {"glaze": "graphite"}, expect=200)
    eventually(lambda: f'"wall_id":{wall_id}' in told(stack, wall).replace("\\", ""))
    assert "wall_id" not in told(stack, owner)
    before = told(stack, wall)
    user.patch(address(user), {"privacy_level": "private"}, expect=200)
    eventually(lambda: "wall_id" in told(stack, owner))
    assert told(stack, wall) == before
