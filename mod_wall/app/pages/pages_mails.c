/* SPDX-License-Identifier: Apache-2.0 */
/* /dev/mails: what a site that sends nothing would have sent. Only there, and only for this machine or an
 * administrator: a mail holds links that open accounts. */
#include <string.h>

#include "app/mail/mail.h"
#include "app/pages/pages_actions.h"
#include "app/pages/pages_html.h"

static int allowed(const wall_cx_t *cx)
{
    const char *ip = cx->client_ip != NULL ? cx->client_ip : "";

    return cx->viewer.role == WALL_ROLE_ADMIN || strncmp(ip, "127.", 4) == 0 || strcmp(ip, "::1") == 0;
}

wall_rc_t pages_mails(wall_cx_t *cx, const void *in, wall_document_t *doc)
{
    apr_array_header_t *mails;
    wall_rc_t rc;

    if (!mail_dry(cx) || !allowed(cx))
        return wall_fail(cx, WALL_E_NOT_FOUND, NULL, WALL_NO_WHY);
    rc = mail_shown(cx, &mails);
    if (rc != WALL_OK)
        return rc;
    doc->title = "Mails";
    doc->hidden = 1;
    pages_begin(cx, doc, NULL, doc->title, 0, "");
    wall_buf_str(&doc->body, "<div class=\"stack\">");
    if (mails->nelts == 0)
        wall_buf_str(&doc->body, "<p class=\"soft\">No mail has been written yet.</p>");
    for (int i = 0; i < mails->nelts; i++) {
        const mail_shown_t *mail = &APR_ARRAY_IDX(mails, i, mail_shown_t);

        wall_html(&doc->body,
                  "<article class=\"face pad\" dir=\"auto\"><p class=\"meta\"><bdi "
                  "dir=\"ltr\">%s</bdi></p><h2>%s</h2><p class=\"mail-text mt\">%s</p>",
                  mail->address, mail->subject, mail->text);
        if (mail->link != NULL)
            wall_html(&doc->body, "<p class=\"mt\"><a class=\"link\" href=\"%s\">%s</a></p>", mail->link,
                      mail->link);
        wall_buf_str(&doc->body, "</article>");
    }
    wall_buf_str(&doc->body, "</div>");
    pages_end(doc);
    return WALL_OK;
}
