# SPDX-License-Identifier: Apache-2.0
"""What `apachectl configtest` says about selling bricks, and that the worker refuses the same."""

import os
import subprocess

import pytest

from tests.api.test_config import GOOD, config  # noqa: F401  pylint: disable=unused-import

LIVE, TEST, HOOK = "sk_live_" + "0" * 24, "sk_test_" + "0" * 24, "whsec_" + "0" * 32


def secret(config, name, text, mode=0o640):  # noqa: F811
    path = os.path.join(config.folder, name)
    with open(path, "w", encoding="ascii") as file:
        file.write(text + "\n")
    os.chmod(path, mode)


@pytest.mark.parametrize("lines, word", [
    (["WallPayments paypal"], "WallPayments"), (["WallPayments stripe"], "WallStripeKey"),
    (["WallPayments stripe", "WallStripeKey key"], "WallStripeWebhookSecret"),
    (["WallPayments test", "WallStripeKey live"], "live key"), (["WallPayments test", "WallStripeKey restricted"], "live key"),
    (["WallStripeKey nowhere"], "WallStripeKey"), (["WallStripeKey open"], "0640"), (["WallStripeKey two"], "one secret"),
    (["WallStripeWebhookSecret empty"], "empty"), (["WallBricksPackage Starter 1000 4.99"], "words"),
    (["WallBricksPackage Starter 1000 4.999 USD"], "price"), (["WallBricksPackage Starter 1000 4.99 BTC"], "currency"),
    (["WallBricksPackage A 10 1 USD", "WallBricksPackage B 25 2 USD 26%"], "gives less"),
    (["WallBricksPackage A 1 1 USD", "WallBricksPackage B 2 1 EUR"], "currency"),
])
def test_refused(stack, config, lines, word):  # noqa: F811
    for name, text in (("key", TEST), ("live", LIVE), ("restricted", "rk_live_1"), ("two", TEST + " " + TEST),
                       ("empty", ""), ("hook", HOOK)):
        secret(config, name, text)
    secret(config, "open", TEST, 0o644)
    site = GOOD + "\n".join(lines) + "\n"
    ok, said = config.test(site=site)
    assert not ok and word in said and config.site in said, said
    # wall-worker and wallctl read the same file by the same rules.
    done = subprocess.run([os.path.join(stack.folder, "bin", "wallctl"), "--site", config.site, "site", "--check"],
                          capture_output=True, text=True, timeout=20, check=False)
    assert done.returncode != 0 and word in done.stderr, done.stderr


@pytest.mark.parametrize("lines", [
    ["WallPayments off"], ["WallPayments test"], ["WallPayments test", "WallStripeKey key"],
    ["WallPayments stripe", "WallStripeKey live", "WallStripeWebhookSecret hooks"],
    ["WallBricksPackage 'Big box' 900 9.00 EUR 100", "WallBricksPackage Small 100 1 EUR"],
    ["WallBricksPackage One 100 500 JPY"], ["WallBricksPackage A 10 1 USD", "WallBricksPackage B 25 2 USD 25%"],
])
def test_good(config, lines):  # noqa: F811
    for name, text in (("key", TEST), ("live", LIVE), ("hooks", HOOK + "\nwhsec_new")):
        secret(config, name, text)
    ok, said = config.test(site=GOOD + "\n".join(lines) + "\n")
    assert ok, said
