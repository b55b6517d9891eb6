# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154
# A file past 600 lines or a function past 60 wants splitting (told); past 900 and 120 it fails.

lengths()
{
    (cd "$root" && sources | xargs awk '
        function finish() { if (FILE != "" && LINES > 600) report(FILE ": " LINES " lines", LINES > 900) }
        function report(text, bad) { print (bad ? "" : "note: ") text; }
        FNR == 1 { finish(); FILE = FILENAME; start = 0 }
        { LINES = FNR; total++ }
        /^[A-Za-z_].*\(/ && !/;[ \t]*$/ { name = $0; sub(/\(.*/, "", name); sub(/.*[ \t*]/, "", name) }
        /^{/ { start = FNR }
        /^}/ {
            if (start && FNR - start - 1 > 60)
                report(FILENAME ":" start ": " name " has " (FNR - start - 1) " lines", FNR - start - 1 > 120)
            if (start) functions++
            start = 0
        }
        END { finish(); if (functions < 50) print "only " functions + 0 " functions found" }')
    (cd "$root" && find_files -name '*.py' -o -name '*.js' -o -name '*.mjs' -o -name '*.css' -o -name '*.awk' |
        xargs awk 'FNR == 601 { print "note: " FILENAME ": more than 600 lines" }
            FNR == 901 { print FILENAME ": more than 900 lines" }')
}

check() { lengths; return 0; }

spoil() { { printf 'int spoiled(void)\n{\n'; yes ' ;' | head -n 130; printf '}\n'; } >>"$root/mod_wall/core/buf.c"; }
