-- SPDX-License-Identifier: Apache-2.0
-- Rules every query includes instead of writing them again. The text is put in place by sql.awk.

-- Who may see a thing that belongs to `owner` and carries a `visibility`. The owner; everybody if it
-- is public; followers and private: nobody else, until there are subscriptions. Blocks and
-- subscriptions are to be added here, and only here. An anonymous viewer is 0, which owns nothing.
-- define: can_see(viewer, owner, visibility) (owner = viewer OR visibility = 'public')

-- Who may post on a wall: its owner, until there are groups with members.
-- define: may_post(viewer, owner) (owner = viewer)

-- Whether an account is premium now: as long as the flag stands, or until its date.
-- define: premium(flag, until) (flag = 1 AND (until IS NULL OR until > NOW(6)))
