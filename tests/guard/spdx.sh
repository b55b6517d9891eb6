# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154
# Every source file says its licence in its first two lines.

check()
{
    local file seen=0
    while read -r file; do
        case $file in
            *.c | *.h | *.awk | *.sql | *.sh | *.py | *.js | *.mjs | *.ts | *.tsx | *.css | *.html | *.in | *.am | *.ac | *.conf) ;;
            packaging/* | tests/run | tests/guard/run | .ci/run)
                case $file in *.md | *.json | *.svg | *.png) continue ;; esac ;;
            *) continue ;;
        esac
        case $file in Makefile.in | config.h.in) continue ;; esac
        seen=$((seen + 1))
        head -n 2 "$root/$file" | grep -q 'SPDX-License-Identifier: Apache-2\.0' || echo "$file: no SPDX line"
    done < <(find_files)
    [ "$seen" -gt 50 ] || echo "only $seen files looked at"
    return 0
}

spoil() { sed -i 1d "$root/mod_wall/core/buf.h"; }
