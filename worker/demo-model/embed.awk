# SPDX-License-Identifier: Apache-2.0
# awk -f embed.awk apps/*.html apps/*.css apps/*.js > apps_data.c: the templates as C strings.
# Their SPDX line stays behind: it is about our file, not about the app somebody gets.
BEGIN {
    print "/* Made by embed.awk; do not edit. */"
    print "#include \"render.h\"\n"
    print "const demo_file_t demo_files[] = {"
}
FNR == 1 {
    if (NR > 1) print "    },"
    name = FILENAME
    sub(/.*\//, "", name)
    printf "    { \"%s\",\n", name
    empty = 1
}
FNR == 1 && /SPDX-License-Identifier/ { print "      \"\""; next }
{
    gsub(/\\/, "\\\\")
    gsub(/"/, "\\\"")
    printf "      \"%s\\n\"\n", $0
}
END {
    print "    },\n    { 0, 0 },\n};"
}
