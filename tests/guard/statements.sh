# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154
# Every named statement is called, every predicate used, and no SQL stands in C.

names() { sed -n -E 's/^-- name: ([a-z0-9_]+)\(.*/\1/p' "$root"/sql/queries/*.sql; }
predicates() { sed -n -E 's/^-- define: ([a-z0-9_]+)\(.*/\1/p' "$root"/sql/queries/*.sql; }

check()
{
    local name calls
    [ "$(names | wc -l)" -gt 20 ] || echo "hardly any statement found"
    calls=$(cd "$root" && sources | xargs grep -ohE '\bsql_[a-z0-9_]+\b' | sort -u)
    names | sort | uniq -d | sed 's/$/: this name is given twice/'
    while read -r name; do
        grep -qxF "sql_$name" <<<"$calls" || echo "sql/queries: $name is never called"
    done < <(names)
    while read -r name; do
        grep -q "{$name(" "$root"/sql/queries/*.sql || echo "sql/queries: predicate $name is never used"
    done < <(predicates)
    # io/migrate.c and worker/wallctl* look at the schema itself
    (cd "$root" && sources | grep -v -E '^mod_wall/io/(db|migrate)|^worker/wallctl|^mod_wall/tools/' |
        xargs grep -nHE '"[[:space:]]*(SELECT|INSERT INTO|UPDATE|DELETE FROM|REPLACE INTO) ') | sed 's/$/  <- SQL in C/'
    return 0
}

spoil() { printf -- '-- name: never_called(id i64)\nSELECT :id;\n' >>"$root/sql/queries/posts.sql"; }
