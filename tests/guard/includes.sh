# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154
# Arrows run one way, httpd -> app -> io -> core and worker -> app, and each library has one owner.

# layer:layers it may include (besides itself)
ARROWS='core:
io:core
app:core io
httpd:core io app
worker:core io app
tools:core io app'

# header pattern:files that may include it (extended regular expressions)
OWNERS='(httpd|http_[a-z]+|ap_[a-z]+|mpm_common|util_filter|scoreboard|mod_dbd|mod_log_config|mod_ssl)\.h:mod_wall/(mod_wall\.c|httpd/[a-z_/]+\.[ch])
apr_dbd\.h:mod_wall/(io/db[a-z_]*\.[ch]|httpd/dbd_source\.c)
(mysql|mariadb|errmsg|mysqld_error).*\.h:mod_wall/io/db[a-z_]*\.[ch]
hiredis/.*:mod_wall/io/(redis|subscriber)[a-z_]*\.[ch]
hiredis\.h:mod_wall/io/(redis|subscriber)[a-z_]*\.[ch]
curl/.*:mod_wall/io/(http_client|smtp)\.c
sodium(/.*|\.h):mod_wall/core/(crypto|ids)\.c
cjose/.*:mod_wall/core/jwt\.c
archive(_entry)?\.h:mod_wall/io/zip\.c
cmark\.h:mod_wall/core/richtext\.c
unicode/.*:mod_wall/core/(timezone|words)\.c
liboath/.*:mod_wall/core/totp\.c
qrencode\.h:mod_wall/core/qr\.c
fido(/.*|\.h):mod_wall/core/webauthn\.c
maxminddb\.h:mod_wall/io/geoip\.c
microhttpd\.h:worker/demo-model/[a-z_]+\.[ch]
.*[wW]and.*\.h:worker/media[a-z_]*\.[ch]'

layer_of()
{
    case $1 in
        mod_wall/core/*) echo core ;;
        mod_wall/io/*) echo io ;;
        mod_wall/app/*) echo app ;;
        mod_wall/httpd/* | mod_wall/mod_wall.c) echo httpd ;;
        mod_wall/tools/*) echo tools ;;
        worker/*) echo worker ;;
    esac
}

includes() { (cd "$root" && sources | xargs grep -nHE '^[[:space:]]*#[[:space:]]*include'); }

check()
{
    local file line what layer target allowed seen=0 pattern files
    while IFS=: read -r file line what; do
        seen=$((seen + 1))
        what=$(printf '%s' "$what" | sed -E 's/.*include[[:space:]]*[<"]([^>"]*)[>"].*/\1/')
        layer=$(layer_of "$file")
        case $what in
            core/* | io/* | app/* | httpd/* | worker/*)
                target=${what%%/*}
                allowed=$(printf '%s\n' "$ARROWS" | sed -n "s/^$layer://p")
                [[ " $layer $allowed " == *" $target "* ]] ||
                    echo "$file:$line: $layer may not include $what"
                ;;
        esac
        while IFS=: read -r pattern files; do
            [[ $what =~ ^$pattern$ ]] && ! [[ $file =~ ^$files$ ]] &&
                echo "$file:$line: $what belongs to $files"
        done <<<"$OWNERS"
    done < <(includes)
    [ "$seen" -gt 50 ] || echo "only $seen includes found"
    return 0
}

spoil() { printf '#include "io/db.h"\n' >>"$root/mod_wall/core/buf.c"; }
