# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154
# Every C file, statement file and migration is listed in Makefile.am: what is not is neither built nor shipped.

check()
{
    local file seen=0 makefiles
    # shellcheck disable=SC2046
    makefiles=$(cd "$root" && cat Makefile.am $(sed -n 's/^include //p' Makefile.am))
    while read -r file; do
        seen=$((seen + 1))
        grep -qE "(^|[[:space:]=])(\\$\\([a-z_]+\\)/)?$file([[:space:]]|$)" <<<"$makefiles" || echo "$file: not in Makefile.am"
    done < <(find_files \( -name '*.[ch]' -o -path './sql/queries/*.sql' -o -path './sql/migrations/*.sql' \) |
        grep -E '^(mod_wall|worker|sql|tests/unit|tests/fuzz)/')
    [ "$seen" -gt 50 ] || echo "only $seen files found"
    return 0
}

spoil() { printf '/* SPDX-License-Identifier: Apache-2.0 */\n' >"$root/mod_wall/core/spoiled.c"; }
