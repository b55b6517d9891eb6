# SPDX-License-Identifier: Apache-2.0
"""Signing in beyond the password: confirming, second factors."""


def age(stack, user):
    """Seconds since the session was confirmed."""
    rows = stack.db("SELECT TIMESTAMPDIFF(SECOND, confirmed_at, NOW(6)) AS age FROM sessions WHERE user_id = ?",
                    user.me["user_id"])
    return int(rows[0]["age"])


class TestConfirm:
    def test_a_fresh_session_is_confirmed(self, stack, user):
        assert age(stack, user) < 60

    def test_password(self, stack, user):
        user.confirmed_before(minutes=11)
        assert age(stack, user) >= 660
        user.confirm()
        assert age(stack, user) < 60

    def test_wrong_password(self, stack, user):
        user.confirmed_before(minutes=11)
        answer = user.post("/auth/confirm", {"password": "not my password"}, expect=401)
        assert answer.code == "WALL_BAD_CREDENTIALS" and answer.details == {"password": "This is not your password."}
        assert age(stack, user) >= 660

    def test_of_nobody_else(self, stack, new_user):
        mine, other = new_user(), new_user()
        mine.confirmed_before(minutes=11)
        other.confirm()
        assert age(stack, mine) >= 660

    def test_nothing_given(self, user):
        assert "password" in user.post("/auth/confirm", {}, expect=422).details
