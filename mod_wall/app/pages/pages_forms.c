/* SPDX-License-Identifier: Apache-2.0 */
#include "app/pages/pages_html.h"

#include <string.h>

const pages_field_t pages_login_fields[] = {
    { "login", "text", "username", "auth.login", NULL, NULL },
    { "password", "password", "current-password", "auth.password", NULL, NULL },
    { "remember", "checkbox", "", "auth.remember", NULL, NULL },
    { NULL, NULL, NULL, NULL, NULL, NULL },
};

const pages_field_t pages_register_fields[] = {
    { "username", "text", "username", "auth.username", "auth.username_hint", NULL },
    { "display_name", "text", "name", "auth.display_name", NULL, NULL },
    { "email", "email", "email", "auth.email", NULL, NULL },
    { "password", "password", "new-password", "auth.password", "auth.password_hint", NULL },
    { NULL, NULL, NULL, NULL, NULL, NULL },
};

const pages_field_t pages_invited_fields[] = {
    { "invitation", "text", "off", "auth.invitation", NULL },
    { "username", "text", "username", "auth.username", "auth.username_hint" },
    { "display_name", "text", "name", "auth.display_name", NULL },
    { "email", "email", "email", "auth.email", NULL },
    { "password", "password", "new-password", "auth.password", "auth.password_hint" },
    { NULL, NULL, NULL, NULL, NULL },
};

static void check(wall_cx_t *cx, wall_document_t *doc, const pages_field_t *field)
{
    wall_html(&doc->body,
              "<label class=\"check\"><input type=\"checkbox\" name=\"%s\" "
              "checked><span>%s</span></label>",
              field->name, wall_text(cx, field->label));
}

/* What the page's address says: the token of a mailed link, the code of an invitation. */
static void hidden(wall_cx_t *cx, wall_document_t *doc, const pages_field_t *field)
{
    const char *value = wall_document_typed(doc, field->name);

    if (*value == '\0')
        value = pages_query(cx, doc, field->name);
    wall_html(&doc->body, "<input type=\"hidden\" name=\"%s\" value=\"%s\">", field->name, value);
}

static void text(wall_cx_t *cx, wall_document_t *doc, const pages_field_t *field)
{
    const char *problem = wall_document_problem(cx, field->name);
    /* A password is not sent back, not even to its owner. */
    const char *value =
        strcmp(field->type, "password") == 0           ? ""
        : doc->typed == NULL && field->value != NULL ? field->value
                                                     : wall_document_typed(doc, field->name);

    if (*value == '\0' && strcmp(field->name, "invitation") == 0)
        value = pages_query(cx, doc, field->name);

    wall_html(&doc->body,
              "<div class=\"field\"><label for=\"f-%s\">%s</label><input class=\"input\" "
              "id=\"f-%s\" name=\"%s\" type=\"%s\" autocomplete=\"%s\" value=\"%s\" "
              "aria-describedby=\"h-%s e-%s\" aria-invalid=\"%s\">",
              field->name, wall_text(cx, field->label), field->name, field->name, field->type,
              field->autocomplete, value, field->name, field->name, problem ? "true" : "false");
    if (field->hint != NULL)
        wall_html(&doc->body, "<p class=\"hint\" id=\"h-%s\">%s</p>", field->name,
                  wall_text(cx, field->hint));
    if (problem != NULL)
        wall_html(&doc->body, "<p class=\"err\" id=\"e-%s\">%s</p>", field->name, problem);
    wall_buf_str(&doc->body, "</div>");
}

void pages_form(wall_cx_t *cx, wall_document_t *doc, const char *action, const char *button,
                const pages_field_t *fields)
{
    const char *query = strchr(doc->address, '?');

    wall_html(&doc->body, "<form class=\"account-form\" method=\"post\" action=\"%s%s\">", action,
              query);
    if (doc->typed != NULL && cx->details == NULL)
        wall_html(&doc->body, "<div class=\"note bad\" role=\"alert\"><p>%s</p></div>",
                  wall_fail_text(cx, cx->failed));
    if (doc->typed != NULL && cx->failed == WALL_E_EMAIL_UNCONFIRMED)
        wall_html(&doc->body, "<p><a class=\"link\" href=\"/verify-email/again\">%s</a></p>",
                  wall_text(cx, "again.link"));
    for (; fields->name != NULL; fields++) {
        if (strcmp(fields->type, "checkbox") == 0)
            check(cx, doc, fields);
        else if (strcmp(fields->type, "hidden") == 0)
            hidden(cx, doc, fields);
        else
            text(cx, doc, fields);
    }
    wall_html(&doc->body, "<button class=\"btn main full\">%s</button></form>",
              wall_text(cx, button));
}
