# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154
# Calls that cannot be made safely, or that have one place here where they belong.

BANNED='sprintf|vsprintf|strcpy|strcat|strncat|stpcpy|gets|strtok|atoi|atol|atof|alloca|tmpnam|mktemp|system|popen|rand|srand|random|localtime|gmtime|ctime|asctime|scanf|sscanf|fscanf|signal_unsafe'
# Both hold on to the connection longer than we may, or lie about errors (mod_wall/io/README.md).
DBD='ap_dbd_acquire|ap_dbd_cacquire|apr_dbd_transaction_[a-z_]+'

check()
{
    local files
    mapfile -t files < <(sources)
    [ ${#files[@]} -gt 20 ] || echo "only ${#files[@]} sources found"
    code "${files[@]}" | grep -E "(^|[^A-Za-z0-9_>.])($BANNED|$DBD)[[:space:]]*\(" | sed 's/$/  <- banned call/'
    return 0
}

spoil() { printf 'int spoiled(const char *s) { return atoi(s); }\n' >>"$root/mod_wall/core/buf.c"; }
