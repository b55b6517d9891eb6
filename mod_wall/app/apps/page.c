/* SPDX-License-Identifier: Apache-2.0 */
#include "app/apps/apps.h"

#include <string.h>
#include <strings.h>

#include "core/fields.h"
#include "core/site.h"
#include "io/db.h"
#include "io/sql_statements.h"

/* Runs before anything of the app. The sandbox and the Content-Security-Policy are the boundary;
 * this closes what they leave open (WebRTC is not covered by any policy). Height messages stop when
 * the app only ever follows its own frame, as 100vh plus a margin does. */
static const char guard_begin[] =
    "<script>(function(){\"use strict\";"
    "[\"RTCPeerConnection\",\"webkitRTCPeerConnection\",\"mozRTCPeerConnection\","
    "\"RTCDataChannel\",\"RTCIceTransport\",\"RTCSctpTransport\",\"RTCDtlsTransport\","
    "\"WebTransport\"].forEach(function(n){"
    "try{delete window[n]}catch(e){}"
    "try{Object.defineProperty(window,n,{value:undefined,writable:false,configurable:false})}"
    "catch(e){}});"
    "if(window.parent===window)return;"
    "var to=";
static const char guard_end[] =
    ",post=window.parent.postMessage.bind(window.parent),last=0,view=0,chase=0;"
    "function tell(){var d=document.documentElement,b=document.body;if(!b)return;"
    "var h=Math.ceil(Math.max(b.scrollHeight,b.getBoundingClientRect().bottom+window.scrollY,"
    "d.getBoundingClientRect().height));"
    "if(h===last)return;"
    "chase=h>last&&window.innerHeight!==view&&last?chase+1:0;"
    "view=window.innerHeight;if(chase>4)return;last=h;"
    "post({wall:1,type:\"size\",height:h},to)}"
    "addEventListener(\"DOMContentLoaded\",function(){tell();"
    "if(window.ResizeObserver){var o=new ResizeObserver(tell);"
    "o.observe(document.documentElement);o.observe(document.body)}});"
    "addEventListener(\"load\",tell)})()</script>\n";

/**
 * Appends the code of a script or style element so that nothing in it ends the element: the first
 * character after "<" of @a a (and @a b) gets a backslash, which a string, a regular expression and
 * a CSS string read as nothing. "<!--" would start a state in which a script does not end at all.
 */
static void add_code(wall_buf_t *out, const char *code, const char *a, const char *b)
{
    for (;;) {
        size_t plain = strcspn(code, "<");
        wall_buf_add(out, code, plain);
        code += plain;
        if (*code == '\0') {
            return;
        }
        wall_buf_char(out, '<');
        if (strncasecmp(code, a, strlen(a)) == 0 || (b && strncmp(code, b, strlen(b)) == 0)) {
            wall_buf_char(out, '\\');
        }
        code++;
    }
}

void apps_document(wall_buf_t *out, const apps_code_t *code, const char *origin)
{
    const char *html = code->html_content ? code->html_content : "";

    /* A whole document inside the body is fine: browsers merge its html and body attributes into
     * ours, pass over its doctype and head tags and keep what is in them. */
    wall_buf_str(out, strcasestr(html, "<html") ? "<!doctype html>\n<html>\n<head>\n"
                                                : "<!doctype html>\n<html lang=\"en\">\n<head>\n");
    wall_buf_str(out, "<meta charset=\"utf-8\">\n");
    wall_buf_str(out, guard_begin);
    wall_json_string(out, origin);
    wall_buf_str(out, guard_end);
    wall_buf_str(out, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    wall_buf_str(out, "<title>");
    wall_buf_html(out, code->title ? code->title : "");
    wall_buf_str(out, "</title>\n");
    if (code->css_content && *code->css_content) {
        wall_buf_str(out, "<style>\n");
        add_code(out, code->css_content, "</style", NULL);
        wall_buf_str(out, "\n</style>\n");
    }
    wall_buf_str(out, "</head>\n<body>\n");
    wall_buf_str(out, html);
    if (code->js_content && *code->js_content) {
        wall_buf_str(out, "\n<script>\n");
        add_code(out, code->js_content, "</script", "<!--");
        wall_buf_str(out, "\n</script>");
    }
    wall_buf_str(out, "\n</body>\n</html>\n");
}

static const wall_field_t code_fields[] = {
    WALL_STR(apps_code_t, title),
    WALL_STR(apps_code_t, html_content),
    WALL_STR(apps_code_t, css_content),
    WALL_STR(apps_code_t, js_content),
    WALL_FIELDS_END
};
static const wall_shape_t code_shape = WALL_SHAPE_OF("AppCode", apps_code_t, code_fields);

wall_rc_t apps_page(wall_cx_t *cx, const char *public_name, const char **html)
{
    apps_code_t code;
    wall_buf_t out;
    wall_rc_t rc = wall_db_one(cx, sql_apps_page(public_name), &code_shape, &code);

    if (rc == WALL_E_NOT_FOUND) {
        return wall_fail(cx, rc, NULL, WALL_NO_WHY);
    }
    if (rc == WALL_OK) {
        wall_buf_init(&out, cx->pool, 16384);
        apps_document(&out, &code, cx->site->origin);
        *html = out.data;
    }
    return rc;
}
