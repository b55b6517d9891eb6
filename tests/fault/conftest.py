# SPDX-License-Identifier: Apache-2.0
"""Short leases and two workers, so that a lost one is missed within seconds."""

import pytest


@pytest.fixture(scope="session")
def stack_options():
    return ["--set", "WallRateFactor 1000", "--set", "WallJobLease 3", "--set", "WallAIWorkers 2",
            "--set", "WallJobAttempts 10"]
