# SPDX-License-Identifier: Apache-2.0
"""Taking one's data along, and going: copies, deactivating, deleting, and that nothing is left then."""

import io
import json
import os
import re
import subprocess
import time
import uuid
import zipfile
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.api.purchasing import bought, give
from tests.api.streams import Stream
from tests.stack import TOP, eventually
from tests.stack.client import Client


def finished(user):
    def check():
        copy = user.get("/users/me/export", expect=200).data
        return copy if copy["status"] == "completed" else None

    return eventually(check, seconds=20, what="the copy")


def fetch(user):
    answer = user.get("/users/me/export/file", expect=200)
    assert answer.headers["Content-Type"] == "application/zip"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="wall-data.zip"'
    archive = zipfile.ZipFile(io.BytesIO(answer.body))
    assert archive.testzip() is None
    return archive


def files(stack):
    folder = os.path.join(stack.folder, "data", "media", "exports")
    return sorted(os.listdir(folder)) if os.path.isdir(folder) else []


# ---- the copy --------------------------------------------------------------------------------------


@pytest.mark.expect_log("WALL00340")
def test_a_copy_that_has_vanished_is_an_error_and_no_file(stack, user):
    user.post("/users/me/export", expect=202)
    finished(user)
    name = stack.value("SELECT file_name FROM data_exports WHERE user_id = ?", user.me["user_id"])
    os.remove(os.path.join(stack.folder, "data", "media", "exports", name + ".zip"))
    answer = user.get("/users/me/export/file", expect=500)
    assert answer.code == "WALL_INTERNAL" and "Content-Disposition" not in answer.headers


def test_a_copy_holds_everything_of_mine_and_nothing_of_others(stack, user, new_user):
    other = new_user()
    other.write("not mine at all")
    assert user.get("/users/me/export", expect=200).data == {
        "status": "none", "progress_percentage": 0, "file_size": None, "created_at": None, "completed_at": None,
        "expires_at": None}
    user.get("/users/me/export/file", expect=404)
    posts = [user.write(f"Post number {n} 🧱 \"quoted\"")["post_id"] for n in range(120)]
    job = user.generate("A timer for tea")["job"]
    user.wait_job(job["job_id"], until=("completed",))
    asked = user.post("/users/me/export", expect=202).data
    assert asked["status"] in ("queued", "processing") and asked["created_at"]
    copy = finished(user)
    assert copy["progress_percentage"] == 100 and copy["expires_at"] > copy["completed_at"] >= copy["created_at"]
    archive = fetch(user)
    assert copy["file_size"] == len(user.get("/users/me/export/file").body)
    parts = {name: json.loads(archive.read(name)) for name in archive.namelist() if name.endswith(".json")}
    assert parts["account.json"][0]["email"] == user.me["email"]
    mine = parts["posts.json"]
    assert [p["post_id"] for p in mine][:120] == posts and len(mine) == 121
    assert mine[7]["content_text"] == 'Post number 7 🧱 "quoted"'
    assert [w["wall_slug"] for w in parts["walls.json"]] == [user.me["wall"]["wall_slug"]]
    app = parts["apps.json"][0]
    assert app["app_id"] == job["app_id"] and app["user_prompt"] == "A timer for tea"
    page = archive.read(f"apps/{job['app_id']}/index.html").decode()
    shown = user.get(f"/ai/applications/{job['app_id']}").data
    assert shown["html_content"] in page
    assert archive.read(f"apps/{job['app_id']}/script.js").decode() == shown["js_content"]
    amounts = [t["amount"] for t in parts["bricks.json"]]
    assert amounts[0] > 0 > amounts[1] and sum(amounts) == user.balance()[0]
    assert "not mine at all" not in json.dumps(parts)
    # neither password nor token is given out
    whole = b"".join(archive.read(name) for name in archive.namelist())
    assert user.token.encode() not in whole and b"argon2" not in whole


# Tables with rows of a person that are in no copy, and why.
NOT_COPIED = {
    "account_requests": "what somebody typed who was not signed in; gone within a day",
    "bricks_accounts": "the ledger's numbers of the two accounts whose movements are copied",
    "data_exports": "the copy itself",
    "idempotency_keys": "answers given before, for a day",
    "oauth_flows": "a sign-in under way, for minutes",
    "sign_ins": "a sign-in under way, for minutes",
}
# Columns that are not copied: secrets, what only the machinery needs, and whose it is.
SECRET = {"password_hash", "token_hash", "key_hash", "code_hash", "device_hash", "credential_hash", "credential_id", "public_key",
          "secret", "access_token", "refresh_token", "passkey_handle", "session_id", "payment_id", "charge_id", "checkout_url", "content",
          "dispute_id", "device_id"}
MACHINERY = {"user_id", "author_id", "wall_id", "fence", "lease_until", "not_before", "max_attempts", "priority", "progress_percentage",
             "expected_tokens", "error_reason", "error_seconds", "error", "token_fence", "refresh_until", "refresh_failures", "token_expires_at", "last_step",
             "sign_count", "algorithm", "bookings", "checks", "next_check_at", "idempotency_key", "position", "is_active", "bricks_low_told",
             "deletion_due_at", "attempts", "updated_at", "actor_id", "closed_by", "block_id", "blocked_id", "hold_id", "debt_id", "mail_id", "login_id",
             "connection_id", "passkey_id", "key_id", "invitation_id", "token_id", "action_id", "code_id", "expires_at"}


def test_a_copy_leaves_out_nothing_that_is_stored_of_a_person():
    """Each column of each table that points to a person is in exports.sql, or named above."""
    with open(os.path.join(TOP, "sql", "schema.sql"), encoding="utf-8") as file:
        schema = {table: re.findall(r"^  `(\w+)`", body, re.M)
                  for table, body in re.findall(r"^CREATE TABLE `(\w+)` \((.*?)^\) ENGINE", file.read(), re.M | re.S)}
    with open(os.path.join(TOP, "sql", "queries", "exports.sql"), encoding="utf-8") as file:
        statements = re.findall(r"^-- name: \w+\(.*?\)\n(.*?);$", file.read(), re.M | re.S)
    copied = {}
    for text in statements:
        columns, _, place = re.sub(r"^SELECT .*? AS after,", "", text).partition("\nFROM ")
        copied.setdefault(place.split()[0], set()).update(re.findall(r"[a-z_]+", re.sub(r"'[^']*'", "", columns)))
    personal = {table for table, columns in schema.items() if {"user_id", "author_id", "owner", "login"} & set(columns)}
    assert personal - set(copied) - set(NOT_COPIED) == set()
    missing = {f"{table}.{column}" for table in copied for column in schema[table]
               if column not in copied[table] | SECRET | MACHINERY}
    assert missing == set()
    given_out = {f"{table}.{column}" for table in copied for column in copied[table] & SECRET & set(schema[table])}
    assert given_out == {"users.password_hash"}  # whether there is one


def test_what_others_keep_of_me_is_in_the_copy(stack, user):
    """The parts one does not think of: holds, debts, devices, factors, what staff did."""
    user_id = user.me["user_id"]
    stack.db("INSERT INTO admin_actions (actor_id, user_id, action, old_value, new_value, reason) "
             "VALUES (1, ?, 'premium', 'no', 'yes', 'For the jubilee'); "
             "INSERT INTO bricks_debts (user_id, source, amount) VALUES (?, 'purchase_refund', 7); "
             "UPDATE users SET bricks_debt = 7 WHERE user_id = ?; "
             "INSERT INTO recovery_codes (user_id, code_hash) VALUES (?, REPEAT('c', 64)); "
             "INSERT INTO user_totp (user_id, secret, confirmed_at) VALUES (?, 'sealed-secret', NOW(6)); "
             "INSERT INTO account_tokens (user_id, purpose, token_hash, email, expires_at) "
             "VALUES (?, 'change_email', SHA2(UUID(), 256), 'other@example.org', NOW(6) + INTERVAL 1 DAY)",
             *[user_id] * 6)
    user.post("/users/me/export", expect=202)
    finished(user)
    archive = fetch(user)
    parts = {name[:-5]: json.loads(archive.read(name)) for name in archive.namelist() if name.endswith(".json")}
    assert [(d["amount"], d["settled"]) for d in parts["debts"]] == [(7, 0)]
    assert [a["reason"] for a in parts["staff_actions"]] == ["For the jubilee"]
    assert parts["recovery_codes"] == [{"used_at": None}] and parts["authenticator"][0]["confirmed_at"]
    assert "other@example.org" in [link["email"] for link in parts["links_sent"]]
    assert parts["devices"][0]["last_seen_at"] and parts["sessions"][0]["sign_in_method"]
    assert parts["account"][0]["account_state"] == "active" and parts["account"][0]["has_password"] == 1
    whole = b"".join(archive.read(name) for name in archive.namelist())
    for secret in (b"sealed-secret", b"c" * 64):
        assert secret not in whole


def test_a_copy_goes_on_when_its_worker_dies(stack, user):
    """The claim of a worker that is no more runs out; the next one writes it anew."""
    user_id = user.me["user_id"]
    stack.stop("worker")
    try:
        user.post("/users/me/export", expect=202)
        stack.db("UPDATE data_exports SET status = 'processing', attempts = 1, fence = fence + 1, progress_percentage = 40, "
                 "lease_until = NOW(6) + INTERVAL 2 SECOND WHERE user_id = ?", user_id)
    finally:
        stack.start("worker")
    finished(user)
    assert stack.number("SELECT attempts FROM data_exports WHERE user_id = ?", user_id) == 2
    fetch(user)


def test_progress_is_told_and_a_second_request_joins_the_first(stack, user):
    topic = f"user:{user.me['user_id']}"
    stream = Stream(stack, user, f"/events?topics={topic}").until(lambda s: s.head)
    first = user.post("/users/me/export", expect=202).data
    again = user.post("/users/me/export", expect=202).data
    assert again["created_at"] == first["created_at"] or again["status"] == "completed"
    stream.until(lambda s: any(f["event"] == "export.completed" for f in s.of(topic)), seconds=10)
    percents = [f["data"]["percent"] for f in stream.of(topic) if f["event"] == "export.progress"]
    assert percents == sorted(percents) and percents
    stream.close()


def test_asking_again_replaces_the_file(stack, user):
    user.post("/users/me/export", expect=202)
    finished(user)
    before = stack.value("SELECT file_name FROM data_exports WHERE user_id = ?", user.me["user_id"])
    user.write("written since")
    user.post("/users/me/export", expect=202)
    finished(user)
    after = stack.value("SELECT file_name FROM data_exports WHERE user_id = ?", user.me["user_id"])
    assert before != after
    assert json.loads(fetch(user).read("posts.json"))[0]["content_text"] == "written since"


def test_a_copy_runs_out(stack, user):
    user.post("/users/me/export", expect=202)
    finished(user)
    stack.db("UPDATE data_exports SET expires_at = NOW(6) - INTERVAL 1 SECOND WHERE user_id = ?", user.me["user_id"])
    assert user.get("/users/me/export").data["status"] == "none"
    user.get("/users/me/export/file", expect=404)


@pytest.mark.expect_log("WALL00595|WALL00240")
def test_a_copy_that_cannot_be_written_is_tried_again(stack, user):
    folder = os.path.join(stack.folder, "data", "media", "exports")
    away = folder + ".away"
    if os.path.isdir(folder):
        os.rename(folder, away)
    with open(folder, "w", encoding="ascii"):
        pass  # a file where the folder should be
    try:
        user.post("/users/me/export", expect=202)
        eventually(lambda: stack.number("SELECT attempts FROM data_exports WHERE user_id = ? AND status = 'queued'",
                                        user.me["user_id"]) == 1, what="one attempt")
    finally:
        os.remove(folder)
        if os.path.isdir(away):
            os.rename(away, folder)
    stack.db("UPDATE data_exports SET not_before = NOW(6) WHERE user_id = ?", user.me["user_id"])
    finished(user)
    fetch(user)


# ---- going and coming back -------------------------------------------------------------------------


def test_deactivated_people_are_not_seen_and_come_back(stack, contract, user, anonymous):
    post = user.write("here I am")["post_id"]
    wall = user.me["wall"]["wall_slug"]
    other_device = Client(stack, contract)
    other_device.login(user.me["username"])
    user.post("/users/me/deactivate", expect=200)
    user.get("/users/me", expect=401)
    eventually(lambda: other_device.get("/users/me").status == 401, seconds=2, what="signed out everywhere")
    for path in (f"/posts/{post}", f"/walls/{wall}", f"/walls/{wall}/posts"):
        anonymous.get(path, expect=404)
    assert post not in [p["post_id"] for p in anonymous.get("/discover/recent").data["items"]]
    user.login(user.me["username"])
    assert anonymous.get(f"/posts/{post}", expect=200).data["content_text"] == "here I am"


def test_deleting_asks_for_the_name_and_can_be_taken_back(stack, user, anonymous, mailbox):
    post = user.write("not for long")["post_id"]
    answer = user.post("/users/me/deletion", {"username": "somebody"}, expect=422)
    assert list(answer.details) == ["username"]
    due = user.post("/users/me/deletion", {"username": user.me["username"].upper()}, expect=200).data
    days = stack.number("SELECT ROUND(TIMESTAMPDIFF(MINUTE, NOW(6), deletion_due_at) / 1440) FROM users WHERE user_id = ?",
                        user.me["user_id"])
    assert days == 14 and due["deletion_due_at"]
    anonymous.get(f"/posts/{post}", expect=404)
    user.get("/users/me", expect=401)
    assert due["deletion_due_at"][:10] in mailbox(user.me["email"]).wait(subject="erased").text
    user.login(user.me["username"])
    anonymous.get(f"/posts/{post}", expect=200)
    assert stack.value("SELECT deletion_due_at FROM users WHERE user_id = ?", user.me["user_id"]) is None


def test_two_who_delete_at_once(stack, contract, user):
    clients = [user, Client(stack, contract), Client(stack, contract)]
    for client in clients[1:]:
        client.login(user.me["username"])
    with ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(lambda c: c.post("/users/me/deletion", {"username": user.me["username"]}), clients))
    assert sorted(a.status for a in answers)[0] == 200
    assert {a.status for a in answers} <= {200, 401, 409}
    assert sum(a.status == 200 for a in answers) == 1


class Held:
    """A transaction that has a person's row, until the block ends."""

    def __init__(self, stack, user_id, row="SELECT user_id FROM users WHERE user_id = ? FOR UPDATE"):
        self.stack, self.row = stack, row.replace("?", str(user_id))

    def __enter__(self):
        self.client = subprocess.Popen(  # pylint: disable=consider-using-with
            ["mariadb", "--no-defaults", "--batch", "--unbuffered", f"--socket={self.stack.folder}/run/mysql.sock",
             f"--user={self.stack.settings['DB_ADMIN']}", self.stack.settings["DB_NAME"]],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.client.stdin.write(f"START TRANSACTION; {self.row}; SELECT 'has it' AS held;\n")
        self.client.stdin.flush()
        while self.client.stdout.readline() != "has it\n":
            assert self.client.poll() is None
        return self

    def wanted(self, by=1):
        """Waits until so many others wait for it. Asked more often than every 0.1 s, InnoDB repeats its last answer."""
        eventually(lambda: self.stack.number("SELECT COUNT(*) FROM information_schema.innodb_trx "
                                             "WHERE trx_state = 'LOCK WAIT'") >= by, seconds=15, every=0.2, what="waiting")

    def __exit__(self, *why):
        self.client.communicate("COMMIT;\n", timeout=20)
        assert self.client.returncode == 0


@pytest.mark.parametrize("path", ["/users/me/deletion", "/users/me/deactivate"])
def test_of_two_that_wait_for_each_other_one_is_told(stack, contract, user, path):
    other = Client(stack, contract)
    other.login(user.me["username"])
    body = {"username": user.me["username"]} if path.endswith("deletion") else None
    with ThreadPoolExecutor(2) as pool:
        with Held(stack, user.me["user_id"]) as held:
            asked = [pool.submit(client.post, path, body) for client in (user, other)]
            held.wanted(by=2)
        answers = [answer.result() for answer in asked]
    assert sorted(a.status for a in answers) == [200, 409]
    assert {a.code for a in answers if a.status == 409} == {"WALL_CONFLICT"}


@pytest.fixture
def last_admin(stack, user):
    """`user` as the only administrator, for as long as the test lasts."""
    others = [row["user_id"] for row in stack.db("SELECT user_id FROM users WHERE role = 'admin'")]
    stack.db("UPDATE users SET role = IF(user_id = ?, 'admin', 'user') WHERE role = 'admin' OR user_id = ?",
             user.me["user_id"], user.me["user_id"])
    user.login(user.me["username"])
    yield user
    for user_id in others:
        stack.db("UPDATE users SET role = 'admin' WHERE user_id = ?", user_id)


def test_the_last_administrator_stays(last_admin):
    assert last_admin.post("/users/me/deactivate", expect=409).code == "WALL_LAST_ADMIN"
    answer = last_admin.post("/users/me/deletion", {"username": last_admin.me["username"]}, expect=409)
    assert answer.code == "WALL_LAST_ADMIN"
    last_admin.get("/users/me", expect=200)


# ---- erasing ---------------------------------------------------------------------------------------


def dump(stack):
    return subprocess.run(
        ["mariadb-dump", "--no-defaults", f"--socket={stack.folder}/run/mysql.sock",
         f"--user={stack.settings['DB_ADMIN']}", "--skip-comments", stack.settings["DB_NAME"]],
        capture_output=True, check=True, timeout=60).stdout.decode("utf-8", "replace")


# Tables that may go on pointing to an erased person, because they are accounts or the record of what staff did.
KEPT = {"users", "ai_generation_jobs", "bricks_accounts", "bricks_transactions", "bricks_holds",
        "bricks_daily_claims", "bricks_debts", "purchases", "invitations"}


def await_erased(stack, user_id):
    eventually(lambda: stack.number("SELECT COUNT(*) FROM users WHERE user_id = ? AND account_state = 'erased' "
                                    "AND deletion_due_at IS NULL", user_id) == 1, seconds=20, what="erased")


def erased(stack, user_id):
    stack.db("UPDATE users SET deletion_due_at = NOW(6) WHERE user_id = ?", user_id)
    await_erased(stack, user_id)


def tables_of(stack, user_id):
    """Tables with a row of this person, by any column that refers to users."""
    rows = stack.db("SELECT table_name AS t, column_name AS c FROM information_schema.key_column_usage "
                    "WHERE table_schema = DATABASE() AND referenced_table_name = 'users'")
    return {row["t"] for row in rows for table, column in [(row["t"], row["c"])]
            if stack.number(f"SELECT COUNT(*) FROM `{table}` WHERE `{column}` = ?", user_id)}


def test_nothing_of_an_erased_person_is_left(stack, new_user, anonymous):
    mark = "zq" + uuid.uuid4().hex[:10]
    user = new_user(username=mark, email=f"{mark}@example.org", display_name=f"Name {mark}")
    user.patch("/users/me", {"bio": f"Bio {mark}", "location": f"Town {mark}", "website": f"https://{mark}.example"}, expect=200)
    user.patch(f"/walls/{mark}", {"description": f"About {mark}"}, expect=200)
    post = user.write(f"Words {mark}")["post_id"]
    job = user.generate(f"A timer for tea {mark}")["job"]
    user.wait_job(job["job_id"], until=("completed",))
    user.post("/users/me/export", expect=202)
    finished(user)
    file_name = stack.value("SELECT file_name FROM data_exports WHERE user_id = ?", user.me["user_id"]) + ".zip"
    assert file_name in files(stack)
    before = dump(stack)
    assert before.count(mark) > 8
    user.post("/users/me/deletion", {"username": mark}, expect=200)
    erased(stack, user.me["user_id"])
    assert mark not in dump(stack)
    assert file_name not in files(stack)
    assert tables_of(stack, user.me["user_id"]) <= KEPT
    for key in stack.redis("KEYS", "*").splitlines():
        kept = key + (stack.redis("GET", key) if stack.redis("TYPE", key) == "string" else "")
        assert mark not in kept, key
    for path in (f"/posts/{post}", f"/walls/{mark}", f"/ai/applications/{job['app_id']}", f"/ai/jobs/{job['job_id']}"):
        anonymous.get(path, expect=404)
    assert user.post("/auth/login", {"login": mark, "password": user.password}).status == 401
    stack.wallctl("bricks", "verify")
    assert stack.number("SELECT bricks_balance + bricks_held FROM users WHERE user_id = ?", user.me["user_id"]) == 0
    new_user(username=mark, email=f"{mark}@example.org")  # the name is free again


@pytest.mark.expect_log("WALL00626")
def test_what_was_written_of_a_purchase_is_copied_and_goes(stack, stripe, new_user):
    """The purchase itself stays, and who closed it: accounts have to be kept."""
    user, admin, mark = new_user(), new_user().become("admin"), "zq" + uuid.uuid4().hex
    number, session = bought(user, stripe)
    give(stack, stripe, stripe.completed({**session, "amount_total": 498}))
    # without a key, for an answer under one is kept for a day, which is over long before anybody is erased
    admin.post(f"/admin/purchases/{number}/close", {"note": f"For {mark}"}, key=False, expect=200)
    user.post("/users/me/export", expect=202)
    finished(user)
    copied = json.loads(fetch(user).read("purchases.json"))[0]
    assert (copied["closed_note"], copied["said_minor"], copied["status"]) == (f"For {mark}", 498, "closed")
    user.post("/users/me/deletion", {"username": user.me["username"]}, expect=200)
    erased(stack, user.me["user_id"])
    assert mark not in dump(stack)
    left = admin.get(f"/admin/purchases/{number}", expect=200).data["purchase"]
    assert (left["status"], left["closed_note"], left["erased"], left["buyer"]["display_name"]) == ("closed", None, True, "")
    assert left["closed_by"]["user_id"] == admin.me["user_id"]


@pytest.mark.expect_log("WALL00703")
def test_a_job_under_way_is_stopped_and_erasing_survives_kills(stack, new_user):
    user = new_user()
    user_id = user.me["user_id"]
    for n in range(30):
        user.write(f"post {n}")
    stack.stop("worker")
    try:
        user.generate("A timer for tea")
        user.post("/users/me/deletion", {"username": user.me["username"]}, expect=200)
        stack.db("UPDATE users SET deletion_due_at = NOW(6) WHERE user_id = ?", user_id)
    finally:
        stack.start("worker")
    for _ in range(3):
        lanes = [pid for pid in stack.children("worker")]
        for pid in lanes:
            os.kill(pid, 9)
    erased(stack, user_id)
    assert tables_of(stack, user_id) <= KEPT
    assert stack.number("SELECT COUNT(*) FROM bricks_holds WHERE user_id = ? AND status = 'held'", user_id) == 0
    stack.wallctl("bricks", "verify")


def test_nobody_is_erased_before_their_time(stack, user, new_user):
    """The worker takes who is due next, and not who has come back since or has time left."""
    early, next_one = new_user(), new_user()
    for client in (user, early, next_one):
        client.post("/users/me/deletion", {"username": client.me["username"]}, expect=200)
    due = "UPDATE users SET deletion_due_at = NOW(6) + INTERVAL ? SECOND WHERE user_id = ?"
    stack.db(due, 1, user.me["user_id"])
    stack.db(due, 60, early.me["user_id"])
    user.login(user.me["username"])
    stack.db(due, 2, next_one.me["user_id"])
    await_erased(stack, next_one.me["user_id"])
    user.get("/users/me", expect=200)
    early.login(early.me["username"])


def test_who_comes_back_when_their_time_is_up_is_not_erased(stack, user, new_user):
    """The worker has seen that the time is up and waits for the row; the sign-in had it first."""
    other, user_id = new_user(), user.me["user_id"]
    post = user.write("to be kept")["post_id"]
    user.post("/users/me/deletion", {"username": user.me["username"]}, expect=200)
    stack.stop("worker")
    stack.db("UPDATE users SET deletion_due_at = NOW(6) WHERE user_id = ?", user_id)
    with Held(stack, user_id, "UPDATE users SET account_state = 'active', deletion_due_at = NULL WHERE user_id = ?") as held:
        stack.start("worker")
        held.wanted()
    user.login(user.me["username"])
    other.post("/users/me/deletion", {"username": other.me["username"]}, expect=200)
    erased(stack, other.me["user_id"])  # the worker has gone on
    assert user.get(f"/posts/{post}", expect=200).data["content_text"] == "to be kept"


@pytest.mark.expect_log("WALL00106")
def test_one_who_cannot_be_erased_now_does_not_keep_others_waiting(stack, new_user):
    stuck, other = new_user(), new_user()
    stuck.write("held fast")
    for user in (stuck, other):
        user.post("/users/me/deletion", {"username": user.me["username"]}, expect=200)
    with Held(stack, stuck.me["user_id"], "SELECT wall_id FROM walls WHERE user_id = ? FOR UPDATE"):
        stack.db("UPDATE users SET deletion_due_at = NOW(6) - INTERVAL IF(user_id = ?, 2, 1) DAY WHERE user_id IN (?, ?)",
                 stuck.me["user_id"], stuck.me["user_id"], other.me["user_id"])
        await_erased(stack, other.me["user_id"])
        assert stack.value("SELECT deletion_due_at FROM users WHERE user_id = ?", stuck.me["user_id"]) is not None
    erased(stack, stuck.me["user_id"])
