# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154
# Shell scripts pass shellcheck and look at their exit statuses.

scripts() { (cd "$root" && find_files | tr '\n' '\0' | xargs -0 grep -lE '^#!.*\b(bash|sh)$|^# shellcheck shell=bash'); }

check()
{
    local file wants
    [ "$(scripts | wc -l)" -gt 5 ] || echo "hardly any script found"
    while read -r file; do
        head -n 1 "$root/$file" | grep -q '^#!' || continue
        case $(head -n 1 "$root/$file") in
            *bash) wants='^set -[eu]+ -o pipefail|^cd .*&& exec ' ;;
            *) wants='^set -[eu]*u' ;; # POSIX sh knows no pipefail
        esac
        grep -qE "$wants" "$root/$file" || echo "$file: no set -u (and -o pipefail in bash)"
    done < <(scripts)
    if command -v shellcheck >/dev/null; then
        (cd "$root" && scripts | xargs shellcheck -x -S warning -f gcc)
    else
        echo "note: shellcheck is not installed"
    fi
    return 0
}

spoil() { sed -i '/^set -u -o pipefail/d' "$root/packaging/instance"; }
