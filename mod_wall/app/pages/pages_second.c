/* SPDX-License-Identifier: Apache-2.0 */
#include <ctype.h>
#include <string.h>

#include "app/pages/pages_actions.h"
#include "app/pages/pages_html.h"

/* The second step of signing in, which works without script as far as codes go. */

static const pages_field_t fields[] = {
    { .name = "code", .type = "text", .autocomplete = "one-time-code", .label = "factor.code",
      .hint = "factor.code_or_recovery" },
    { .name = NULL },
};

wall_rc_t pages_second(wall_cx_t *cx, const void *in, wall_document_t *doc)
{
    doc->title = wall_text(cx, "factor.second_title");
    doc->module = "accounts/second";
    doc->hidden = 1;
    if (cx->viewer.user_id != 0) {
        doc->redirect = pages_next_of(cx, doc);
        return WALL_OK;
    }
    pages_begin(cx, doc, NULL, doc->title, 0, "narrow");
    wall_html(&doc->body, "<div class=\"face pad account\"><p class=\"soft\">%s</p>",
              wall_text(cx, "factor.second_text"));
    pages_form(cx, doc, "/login/second", "auth.sign_in", fields);
    wall_html(&doc->body, "<p class=\"mt\"><a class=\"link\" href=\"/login\">%s</a></p></div>",
              wall_text(cx, "factor.start_again"));
    pages_end(doc);
    return WALL_OK;
}

/** Six digits are the app's; recovery codes are longer. */
static int is_of_app(const char *code)
{
    size_t digits = 0;

    for (; *code != '\0'; code++) {
        if (isdigit((unsigned char)*code))
            digits++;
        else if (!isspace((unsigned char)*code))
            return 0;
    }
    return digits <= 8;
}

wall_rc_t pages_second_sent(wall_cx_t *cx, const pages_second_in_t *in, wall_document_t *doc)
{
    accounts_second_step_t step = { .token = NULL };
    accounts_signed_in_t session = { 0 };
    int app = is_of_app(in->code);
    wall_rc_t rc;

    *(app ? &step.proof.code : &step.proof.recovery_code) = in->code;
    rc = accounts_second_step(cx, &step, &session);
    doc->redirect = pages_next_of(cx, doc);
    if (rc == WALL_E_BAD_CREDENTIALS) {
        /* One field takes both, and is what the reason stands beside. */
        wall_fail_clear(cx);
        wall_fail(cx, rc, "code", app ? WALL_WHY(CODE_WRONG) : WALL_WHY(RECOVERY_WRONG));
    }
    return rc;
}
