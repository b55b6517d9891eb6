# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154
# Every folder down to two levels opens with a README of about ten lines.

# What these hold is said one level up.
EXCEPT='htdocs/(api|build|locales|public)|packaging/templates|sql/migrations|sql/queries|conf/sites'

check()
{
    local folder seen=0
    while read -r folder; do
        [[ $folder =~ ^($EXCEPT)$ ]] && continue
        [[ $folder == .* ]] && continue
        seen=$((seen + 1))
        if [ ! -s "$root/$folder/README.md" ]; then
            echo "$folder: no README.md"
        elif [ "$(wc -l <"$root/$folder/README.md")" -gt 80 ]; then
            echo "note: $folder/README.md is long"
        fi
    done < <(find_files | awk -F/ 'NF > 1 { print $1 } NF > 2 { print $1 "/" $2 }' | sort -u)
    [ "$seen" -gt 8 ] || echo "only $seen folders found"
    return 0
}

spoil() { rm "$root/mod_wall/README.md"; }
