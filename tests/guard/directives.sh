# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154
# conf/DIRECTIVES.md explains exactly the directives of WALL_DIRECTIVES, with their defaults.

declared() { sed -n 's/^[[:space:]]*X(\(Wall[A-Za-z]*\),.*/\1/p' "$root/mod_wall/core/site.h" | sort; }
documented() { sed -n -E 's/^#+ `?(Wall[A-Za-z]*)`?.*/\1/p' "$root/conf/DIRECTIVES.md" | sort; }

check()
{
    [ "$(declared | wc -l)" -gt 10 ] || echo "hardly any directive found in core/site.h"
    comm -23 <(declared) <(documented) | sed 's/$/: not in conf\/DIRECTIVES.md/'
    comm -13 <(declared) <(documented) | sed 's/$/: in conf\/DIRECTIVES.md, but there is no such directive/'
    # what site.h says in a default has to stand in the directive's section
    sed -n -E 's/^[[:space:]]*X\((Wall[A-Za-z]*), [a-z_]+, [A-Z]+, "([^"]*)".*/\1 \2/p' "$root/mod_wall/core/site.h" |
        while read -r name value; do
            awk -v name="$name" '/^#+ /{ on = index($0, name) && $0 ~ name "`?([^A-Za-z]|$)" } on' "$root/conf/DIRECTIVES.md" |
                grep -qF -- "$value" || echo "$name: its default \"$value\" is not in conf/DIRECTIVES.md"
        done
    return 0
}

spoil() { sed -i 's/WallMaxBody/WallMaxBodies/' "$root/conf/DIRECTIVES.md"; }
