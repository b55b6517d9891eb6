# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154
# A log tag WALLNO(12345) stands at one place only, has five digits and lies in its layer's range.

check()
{
    local found
    found=$(cd "$root" && sources | xargs grep -noHE 'WALLNO\([^)]*\)' | grep -v -e 'core/log\.h:' -e 'WALLNO()')
    [ "$(printf '%s\n' "$found" | wc -l)" -gt 20 ] || echo "hardly any WALLNO found"
    printf '%s\n' "$found" | grep -vE 'WALLNO\([0-9]{5}\)$' | sed 's/$/  <- five digits, please/'
    printf '%s\n' "$found" | awk -F: '
        { n = substr($3, 8, 5); where = $1 ":" $2 }
        n in first { print where ": WALLNO(" n ") is also at " first[n] }
        !(n in first) { first[n] = where }
        {
            low = 0; high = 99999
            if ($1 ~ /^mod_wall\/core\//) { low = 1; high = 99 }
            else if ($1 ~ /^mod_wall\/io\//) { low = 100; high = 299 }
            else if ($1 ~ /^mod_wall\/(httpd\/|mod_wall\.c)/) { low = 300; high = 499 }
            else if ($1 ~ /^mod_wall\/app\//) { low = 500; high = 699 }
            else if ($1 ~ /^worker\//) { low = 700; high = 899 }
            if (n + 0 < low || n + 0 > high)
                print where ": WALLNO(" n ") is outside " low "-" high
        }'
    return 0
}

spoil()
{
    local tag
    tag=$(cd "$root" && sources | xargs grep -ohE 'WALLNO\([0-9]{5}\)' | head -n 1)
    printf '/* %s */\n' "$tag" >>"$root/mod_wall/io/redis.c"
}
