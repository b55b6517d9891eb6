# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154
# No third-party source in the repository: libraries come from Debian, test tools from npm at test time.

check()
{
    [ "$(find_files | wc -l)" -gt 100 ] || echo "hardly any file found"
    find_files | grep -E '(^|/)(vendor|third[_-]party|node_modules|bower_components|dist)/|\.min\.(js|css)$|\.(a|so|o|jar|wasm|woff2?)$' |
        sed 's/$/: looks like somebody else'"'"'s work/'
    (cd "$root" && find_files | grep -v -e '^LICENSE$' -e '^tests/guard/foreign.sh$' -e 'package-lock.json$' | tr '\n' '\0' |
        xargs -0 grep -IlE 'Copyright (\(c\)|©)|SPDX-License-Identifier: (MIT|BSD|GPL|LGPL|MPL|ISC)|@license') |
        sed 's/$/: carries another licence or copyright/'
    return 0
}

spoil() { printf '/* Copyright (c) 1999 Somebody */\n' >>"$root/mod_wall/core/buf.c"; }
