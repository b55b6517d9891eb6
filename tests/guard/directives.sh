# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154
# conf/DIRECTIVES.md is what WALL_DIRECTIVES of this build says (`make directives` writes it).

check()
{
    local program=$build/mod_wall/tools/wall-directives
    [ -x "$program" ] || { echo "$program is missing"; return 0; }
    "$program" 2>&1 | diff - "$root/conf/DIRECTIVES.md" | head -n 10
    [ "$(grep -c '^## Wall' "$root/conf/DIRECTIVES.md")" -gt 10 ] || echo "hardly any directive found"
    return 0
}

spoil() { sed -i 's/WallMaxBody/WallMaxBodies/' "$root/conf/DIRECTIVES.md"; }
