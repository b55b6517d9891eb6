# SPDX-License-Identifier: Apache-2.0
"""Several things at the same moment."""

from concurrent.futures import ThreadPoolExecutor


def at_once(*works):
    """Calls all of these side by side; the list of what they return. What one of them raises is raised here."""
    with ThreadPoolExecutor(len(works)) as pool:
        return [done.result() for done in [pool.submit(work) for work in works]]


def begin_all(works):
    """Calls all of these (name → function) side by side and waits for them; name → what came of it, a Future. For
    cases that are one test each but would only wait one after the other."""
    with ThreadPoolExecutor(len(works)) as pool:
        return {name: pool.submit(work) for name, work in works.items()}
