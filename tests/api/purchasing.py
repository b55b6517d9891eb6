# SPDX-License-Identifier: Apache-2.0
"""What tests of purchases do again and again."""

import uuid


def begin(user, package="starter"):
    return user.post("/bricks/purchase", {"package": package}, expect=201).data


def bought(user, stripe, package="starter"):
    """A purchase that was begun, and its session."""
    made = begin(user, package)
    return made["purchase"]["purchase_id"], stripe.session_of(made["checkout_url"])


def show(user, purchase_id):
    return user.get(f"/bricks/purchase/{purchase_id}", expect=200).data


def give(stack, stripe, *events):
    for event in events:
        answer = stripe.deliver(stack, event)
        assert answer.status_code == 200, answer.text


def debt(stack, user):
    return stack.number("SELECT bricks_debt FROM users WHERE user_id = ?", user.me["user_id"])


def verified(stack):
    done = stack.wallctl("bricks", "verify", check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def spend(stack, user, amount):
    """Uses bricks the short way, in balanced entries, as a job would."""
    made = user.me["user_id"]
    stack.db("START TRANSACTION; UPDATE users SET bricks_balance = bricks_balance - ? WHERE user_id = ?; "
             "INSERT INTO bricks_transactions (user_id, transaction_type, source, amount, balance_after, "
             "idempotency_key) SELECT user_id, 'spent', 'ai_generation', -?, bricks_balance, ? FROM users "
             "WHERE user_id = ?; "
             "INSERT INTO bricks_entries (transaction_id, account_id, amount) SELECT LAST_INSERT_ID(), account_id, -? "
             "FROM bricks_accounts WHERE user_id = ? AND kind = 'available'; "
             "INSERT INTO bricks_entries (transaction_id, account_id, amount) "
             "SELECT MAX(transaction_id), 2, ? FROM bricks_transactions WHERE user_id = ?; COMMIT",
             amount, made, amount, "test:" + uuid.uuid4().hex, made, amount, made, amount, made)
