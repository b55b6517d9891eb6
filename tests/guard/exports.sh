# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154
# mod_wall.so exports its module record and nothing else: httpd's symbols are one flat space.

check()
{
    local so=${spoiled:-$build/mod_wall/.libs/mod_wall.so} symbols
    [ -r "$so" ] || { echo "$so is missing"; return 0; }
    symbols=$(nm -D --defined-only "$so" | awk '{ print $3 }' | grep -v -e '^_init$' -e '^_fini$' -e '^__asan_' -e '^__odr_asan' -e '^___asan_')
    [ "$symbols" = wall_module ] || printf '%s\n' "exported: ${symbols:-nothing}"
    return 0
}

spoil()
{
    spoiled=$root/spoiled.so
    local cc
    read -ra cc <<<"${CC:-gcc}" # it may be two words
    printf 'int wall_module, another;\n' | "${cc[@]}" -x c -shared -fPIC -o "$spoiled" -
}
