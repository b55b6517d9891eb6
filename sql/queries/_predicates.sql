-- SPDX-License-Identifier: Apache-2.0
-- Rules every query includes instead of writing them again. The text is put in place by sql.awk.

-- Who may see a thing that belongs to `owner` and carries a `visibility`. The owner; everybody else if
-- it is public and neither has blocked the other; followers and private: nobody else, until there are
-- subscriptions, which are to be added in reaches() and only there. An anonymous viewer is 0, which owns
-- nothing, and for whom there are no blocks to look up: statements with the parameter `viewer i64/0` leave
-- them out.
-- define: can_see(viewer, owner, visibility) (owner = viewer OR ({can_see(0, owner, visibility)}
--     AND NOT {blocked(viewer, owner)}))
-- define: can_see(0, owner, visibility) (visibility = 'public' AND {here(owner)})

-- Look-ups are scalar subqueries by key: of EXISTS the server makes tables of its own, in the worst case
-- of all users, before it reads a single post.

-- Whose account is active: what belongs to people who went, or were sent, is seen by nobody else.
-- define: here(owner) ((SELECT h.account_state FROM users h WHERE h.user_id = owner) = 'active')

-- The same for a part of something that can_see() was asked about in the same statement.
-- define: reaches(viewer, owner, visibility) (owner = viewer OR visibility = 'public')

-- One of two has blocked the other.
-- define: blocked(viewer, other) (viewer > 0 AND (
--     (SELECT 1 FROM blocks b WHERE b.user_id = viewer AND b.blocked_id = other) IS NOT NULL
--     OR (SELECT 1 FROM blocks b WHERE b.user_id = other AND b.blocked_id = viewer) IS NOT NULL))

-- Who may post on a wall: its owner, until there are groups with members.
-- define: may_post(viewer, owner) (owner = viewer)

-- Whether an account is premium now: as long as the flag stands, or until its date.
-- define: premium(flag, until) (flag = 1 AND (until IS NULL OR until > NOW(6)))

-- How many ways an account can be signed in to: its password, its passkeys, the providers linked to it that the
-- site still takes (wall_provider_names()).
-- Who takes one away locks the user's row, takes it, and undoes all of it when none is left.
-- define: ways_in(user, providers) ((SELECT COUNT(*) FROM users WHERE user_id = user AND password_hash IS NOT NULL) + (SELECT COUNT(*) FROM passkeys WHERE user_id = user) + (SELECT COUNT(*) FROM oauth_connections WHERE user_id = user AND FIND_IN_SET(provider, providers) > 0))

-- The night a moment belongs to, for the ledger's proof: from 01:10 UTC, when the day before can be closed
-- (CHAIN_DELAY_SECONDS), to 01:10 of the next.
-- define: night(at) DATE(at - INTERVAL 70 MINUTE)
