# SPDX-License-Identifier: Apache-2.0
"""Fixtures of tests/api and tests/fault. One private stack serves a whole session; each test makes its
own users. Run through `make check-api`, or by hand against a build tree:

    WALL_BUILDDIR=var/build /usr/bin/python3 -m pytest tests/api -k posts

Fixtures
    stack      tests.stack.Stack: base_url, db(sql, *args), value(), number(), redis(*args), wallctl(*args),
               pid(), children(), signal(), kill_child(), stop(), start(), restart(), graceful(), log(name)
    contract   tests.stack.contract.Contract: openapi.json; every response of a Client is held against it
    anonymous  a Client that is not signed in
    user       a Client of a newly registered account (user.me)
    new_user   a function that makes another one: new_user(**fields of /auth/register)
    sink       tests.stack.sink.Sink: the mail server the stack sends to; sink.answers makes it refuse
    mailbox    a function: mailbox(address).wait() is the next mail for it: .subject .text .html .link .token
    provider   tests.stack.provider.Provider: whom one may sign in with (fake, other, github …), and which can lie
    stripe     tests.stack.stripe_api.StripeApi: the payment service the stack sells through, and its events
    strict     base_url of the same site with real rate limits (the normal one multiplies them by 1000):
               Client(stack, contract, base_url=strict)

Marks
    @pytest.mark.expect_log(r"regex")   warning or error lines this test provokes on purpose; any other such
                                        line in httpd's or the worker's log fails the session

With -n 2 (pytest-xdist; make check-api and check-fault, but not under sanitizers) two stacks share the work, in
tests/api a class or the functions of a file at a time; what they saw is judged together at the end.

With WALL_COVERAGE=1 (make check-api) the session also fails when a route had no success or a declared error
was never seen; tests/api/unprovoked.txt lists, with a reason each, those that cannot be provoked here.

Settings for all of a folder's tests: override the session fixture `stack_options` (options of
packaging/instance up) in that folder's conftest.py. WALL_KEEP=1 keeps the stack's folder.
"""

import os
import sys
import tempfile

import pytest

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

# pylint: disable=wrong-import-position,redefined-outer-name
from tests.stack import TOP, Stack  # noqa: E402
from tests.stack.client import Client  # noqa: E402
from tests.stack.contract import Contract  # noqa: E402
from tests.stack.provider import Provider  # noqa: E402
from tests.stack.sink import Sink  # noqa: E402
from tests.stack.stripe_api import StripeApi  # noqa: E402

# The stack's site with other settings: Client(stack, contract, base_url=stack.faces["first"])
FACES = {
    "strict": "WallRateFactor 1",
    "first": "WallEmailVerification first",
    "invite": "WallSignup invite",
    "approval": "WallSignup approval",
    "closed": "WallSignup closed",
    "both": "WallSignup invite\n    WallEmailVerification first",
    "admins": "WallInvitations 0",
    "dry": "WallMail file:/nowhere",
    "mute": "WallMail none\n    WallEmailVerification off",
    "test": "WallPayments test",
    "unsold": "WallPayments off",
    "secure": "WallBaseURL https://localhost",
    "yen": "WallBricksPackage Starter 1000 500 JPY",
    "krona": "WallBricksPackage Starter 1000 500 ISK",
    "one": "WallSignupRate 3\n    WallRateFactor 1",
}
UNPROVOKED = os.path.join(TOP, "tests", "api", "unprovoked.txt")


def pytest_configure(config):
    config.addinivalue_line("markers", "expect_log(regex): log lines this test provokes on purpose")
    config.stash_of_wall = {}


@pytest.fixture(scope="session")
def stack_options():
    return ["--set", "WallRateFactor 1000"]


@pytest.fixture(scope="session")
def sink():
    with Sink() as sink:
        yield sink


@pytest.fixture(scope="session")
def mailbox(sink):
    return sink.mailbox


@pytest.fixture(scope="session")
def provider():
    with Provider() as provider:
        yield provider


@pytest.fixture(scope="session")
def stripe():
    with StripeApi() as stripe:
        yield stripe


@pytest.fixture(scope="session")
def stack(stack_options, sink, stripe, provider, request):
    # Not pytest's own folder, which the next run on this machine closes again: the worker is another account.
    secrets = tempfile.TemporaryDirectory(prefix="wall-oauth-")
    os.chmod(secrets.name, 0o755)
    options = [*sink.options(), *stripe.options(), "--set", "WallDisposableDomains disposable-domains",
               *provider.options(secrets.name), *stack_options]
    with secrets, Stack(options=options, faces=FACES) as stack:
        request.config.stash_of_wall["stack"] = stack
        yield stack
        request.config.stash_of_wall["unexpected"] = stack.unexpected_lines()


@pytest.fixture(scope="session")
def contract(request):
    contract = Contract()
    request.config.stash_of_wall["contract"] = contract
    return contract


@pytest.fixture(scope="session")
def strict(stack):
    return stack.faces["strict"]


@pytest.fixture
def anonymous(stack, contract):
    return Client(stack, contract)


@pytest.fixture
def new_user(stack, contract):
    def make(**fields):
        client = Client(stack, contract)
        client.register(**fields)
        return client

    return make


@pytest.fixture
def user(new_user):
    return new_user()


@pytest.fixture(autouse=True)
def _log_window(request):
    """Opens the windows of expect_log marks and notes where each test begins and ends in the logs."""
    marks = list(request.node.iter_markers("expect_log"))
    if "stack" not in request.fixturenames:
        yield
        return
    stack = request.getfixturevalue("stack")
    stack.mark()
    windows = [stack.expect_log(mark.args[0]) for mark in marks]
    yield
    for window in windows:
        stack.close_window(window)


def _allowed():
    """Lines of unprovoked.txt: "operation CODE: reason" ("*" for any operation)."""
    allowed, broken = set(), []
    if os.path.exists(UNPROVOKED):
        with open(UNPROVOKED, encoding="utf-8") as file:
            for line in file:
                what, _, reason = line.strip().partition(":")
                if not what or what.startswith("#"):
                    continue
                allowed.add(what.strip())
                if len(reason.strip()) < 10:
                    broken.append(f"unprovoked.txt: {what} lacks a reason")
    return allowed, broken


def _verdicts(stash):
    """What the session as a whole did wrong, as lines."""
    lines = [f"unexpected in the log: {line}" for line in stash.get("unexpected", [])]
    contract = stash.get("contract")
    if os.environ.get("WALL_COVERAGE") == "1":
        if contract is None:
            return lines + ["no response was checked against openapi.json"]
        allowed, broken = _allowed()
        lines += broken + [f"never seen: {line}" for line in contract.missing(allowed)]
        declared = {f"{operation.id} {code}" for operation in contract.operations for code in operation.codes}
        lines += [f"unprovoked.txt: {line} is not declared; take it out" for line in sorted(allowed - declared)
                  if not line.startswith("*")]
        for line in sorted(allowed):
            operation, _, code = line.partition(" ")
            if (operation, code) in contract.seen:
                lines.append(f"unprovoked.txt: {line} was provoked; take it out")
    return lines


def _report(stash):
    """What one of several processes has to say, in types that travel."""
    contract = stash.get("contract")
    return {"unexpected": stash.get("unexpected", []),
            "hit": sorted(contract.hit) if contract else [], "seen": sorted(contract.seen) if contract else []}


@pytest.hookimpl(optionalhook=True)  # of pytest-xdist
def pytest_testnodedown(node, error):
    stash = node.config.stash_of_wall
    report = getattr(node, "workeroutput", {}).get("wall")
    if error or not report:
        stash.setdefault("unexpected", []).append(f"a process of the tests ended early: {error}")
        return
    stash.setdefault("unexpected", []).extend(report["unexpected"])
    if report["hit"] or report["seen"]:
        contract = stash.setdefault("contract", Contract())
        contract.hit |= set(report["hit"])
        contract.seen |= set(map(tuple, report["seen"]))


def pytest_sessionfinish(session, exitstatus):
    stash = session.config.stash_of_wall
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["wall"] = _report(stash)
        return
    lines = _verdicts(stash)
    stash["lines"] = lines
    if lines and exitstatus == 0:
        session.exitstatus = 1


def pytest_terminal_summary(terminalreporter, config):
    lines = config.stash_of_wall.get("lines", [])
    stats = terminalreporter.stats
    for line in lines[:60]:
        terminalreporter.write_line("FAILED session: " + line)
    if len(lines) > 60:
        terminalreporter.write_line(f"… and {len(lines) - 60} more")
    failed = len(stats.get("failed", [])) + len(stats.get("error", [])) + len(lines)
    config.stash_of_wall["sum"] = f"{len(stats.get('passed', []))} passed, {failed} failed"


def pytest_unconfigure(config):
    total = getattr(config, "stash_of_wall", {}).get("sum")
    if total:
        print(total)
