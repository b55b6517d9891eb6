# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154
# Every route has its row in the authorisation matrix, tests/api/matrix.py. (That each also has a test with a
# success, and each declared error was seen, is checked at the end of `make check-api`.)

ids() { cat "$root"/mod_wall/app/*/*_routes.c | sed -n -E 's/.*\.id = "([A-Za-z0-9]+)".*/\1/p' | sort; }
rows() { sed -n -E 's/^    "([A-Za-z0-9]+)": .*/\1/p' "$root/tests/api/matrix.py" | sort; }

check()
{
    [ "$(ids | wc -l)" -gt 10 ] || echo "hardly any route found"
    ids | uniq -d | sed 's/$/: this id is given twice/'
    comm -23 <(ids) <(rows) | sed 's/$/: no row in tests\/api\/matrix.py/'
    comm -13 <(ids) <(rows) | sed 's/$/: in tests\/api\/matrix.py, but there is no such route/'
    return 0
}

spoil() { sed -i '0,/\.id = "/s/\.id = "/.id = "spoiled/' "$root/mod_wall/app/posts/posts_routes.c"; }
