# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2154
# htdocs/api/openapi.json is what the route tables of this build say.

check()
{
    [ -x "$build/mod_wall/tools/wall-openapi" ] || { echo "$build/mod_wall/tools/wall-openapi is missing"; return 0; }
    "$build/mod_wall/tools/wall-openapi" 2>&1 | diff - "$root/htdocs/api/openapi.json" | head -n 10
    return 0
}

spoil() { sed -i '0,/operationId/s/operationId/operationID/' "$root/htdocs/api/openapi.json"; }
