/* SPDX-License-Identifier: Apache-2.0 */
#include "httpd/page.h"

#include <apr_strings.h>
#include <http_protocol.h>
#include <string.h>

#include "app/bricks/rates.h"
#include "app/pages/pages.h"
#include "core/document.h"
#include "core/html.h"
#include "core/ids.h"
#include "core/site.h"
#include "httpd/access.h"
#include "httpd/assets.h"
#include "httpd/dispatch.h"
#include "httpd/exchange.h"
#include "httpd/front.h"
#include "httpd/perform.h"
#include "httpd/policy.h"
#include "httpd/respond.h"

#define DESCRIPTION_MAX 200 /* bytes of a description that anybody shows */

/* ---- the document ---- */

static void link_preview(wall_exchange_t *x, wall_document_t *doc, wall_buf_t *out)
{
    const wall_site_t *site = x->host->site;
    const char *about = doc->description ? doc->description : wall_text(x->cx, "landing.lede");
    const char *canonical = doc->canonical ? doc->canonical : x->r->uri;
    size_t len = strlen(about);

    if (len > DESCRIPTION_MAX) {
        for (len = DESCRIPTION_MAX; ((unsigned char)about[len] & 0xc0) == 0x80; len--)
            ;
        about = apr_pstrmemdup(x->r->pool, about, len);
    }
    wall_html(out, "<title>%s</title>\n<meta name=\"description\" content=\"%s\">\n", doc->title,
              about);
    if (doc->hidden)
        wall_buf_str(out, "<meta name=\"robots\" content=\"noindex\">\n");
    wall_html(out,
              "<link rel=\"canonical\" href=\"%s%s\">\n<meta property=\"og:site_name\" "
              "content=\"Wall\">\n<meta property=\"og:type\" content=\"%s\">\n<meta "
              "property=\"og:title\" content=\"%s\">\n<meta property=\"og:description\" "
              "content=\"%s\">\n<meta property=\"og:url\" content=\"%s%s\">\n<meta "
              "property=\"og:image\" content=\"%s%s\">\n<meta name=\"twitter:card\" "
              "content=\"summary\">\n",
              site->base_url, canonical, doc->type ? doc->type : "website", doc->title, about,
              site->base_url, canonical, site->base_url,
              wall_assets_url(x->host->assets, "icon-512.png"));
}

static void preload(wall_buf_t *out, const apr_array_header_t *urls)
{
    for (int i = 0; urls != NULL && i < urls->nelts; i++)
        wall_html(out, "<link rel=\"modulepreload\" href=\"%s\">\n",
                  APR_ARRAY_IDX(urls, i, const char *));
}

static const char *locale_url(const wall_exchange_t *x)
{
    return wall_assets_url(x->host->assets,
                           apr_pstrcat(x->r->pool, "locale-", x->cx->language, NULL));
}

static void head(wall_exchange_t *x, wall_document_t *doc, const char *nonce, wall_buf_t *out)
{
    const wall_assets_t *assets = x->host->assets;
    const char *theme = doc->theme ? doc->theme : wall_exchange_cookie(x, "wall_theme");

    wall_html(out, "<!doctype html>\n<html lang=\"%s\" dir=\"%s\"", x->cx->language,
              wall_language_direction(x->cx->language));
    if (theme != NULL && (!strcmp(theme, "light") || !strcmp(theme, "dark")))
        wall_html(out, " data-theme=\"%s\"", theme);
    wall_buf_str(out, ">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" "
                      "content=\"width=device-width, initial-scale=1\">\n<meta "
                      "name=\"color-scheme\" content=\"light dark\">\n");
    link_preview(x, doc, out);
    wall_html(out,
              "<link rel=\"stylesheet\" href=\"%s\">\n<link rel=\"icon\" href=\"%s\" "
              "type=\"image/svg+xml\">\n<link rel=\"apple-touch-icon\" href=\"%s\">\n<link "
              "rel=\"manifest\" href=\"/manifest.webmanifest\">\n",
              wall_assets_url(assets, "wall.css"), wall_assets_url(assets, "brick.svg"),
              wall_assets_url(assets, "touch-180.png"));
    preload(out, assets->preload);
    wall_html(out, "<link rel=\"modulepreload\" href=\"%s\">\n", locale_url(x));
    if (doc->module != NULL)
        preload(out, apr_hash_get(assets->pages, doc->module, APR_HASH_KEY_STRING));
    wall_html(out, "<script type=\"module\" nonce=\"%s\" src=\"%s\"></script>\n</head>\n", nonce,
              wall_assets_url(assets, "main.js"));
}

static void member(wall_buf_t *out, const char *name, const char *text)
{
    wall_json_string(out, name);
    wall_buf_char(out, ':');
    wall_json_string(out, text);
    wall_buf_char(out, ',');
}

/** The data block the client starts from (htdocs/src/app/shell.ts). */
static void shell(wall_exchange_t *x, wall_document_t *doc, wall_buf_t *out)
{
    const wall_site_t *site = x->host->site;
    const wall_assets_t *assets = x->host->assets;
    const char *const *language = wall_messages_languages(assets->messages);

    wall_buf_str(out, "<script type=\"application/json\" id=\"shell\">{");
    member(out, "lang", x->cx->language);
    member(out, "dir", wall_language_direction(x->cx->language));
    member(out, "locale", locale_url(x));
    member(out, "icons", wall_assets_url(assets, "icons.svg"));
    member(out, "events_worker", wall_assets_url(assets, "events.js"));
    wall_buf_str(out, "\"languages\":[");
    for (int i = 0; language[i] != NULL; i++) {
        if (i > 0)
            wall_buf_char(out, ',');
        wall_json_string(out, language[i]);
    }
    wall_buf_str(out, "],\"site\":{");
    member(out, "base_url", site->base_url);
    member(out, "signup", site->signup);
    wall_buf_fmt(out,
                 "\"bricks_welcome\":%" APR_INT64_T_FMT ",\"tokens_per_brick\":%" APR_INT64_T_FMT
                 ",\"app_bricks\":%" APR_INT64_T_FMT ",\"invitations\":%" APR_INT64_T_FMT
                 "},\"status\":%d,\"me\":",
                 site->bricks_welcome, site->tokens_per_brick, doc->app_bricks, site->invitations,
                 x->status);
    wall_buf_str(out, doc->me.len > 0 ? doc->me.data : "null");
    wall_buf_str(out, ",\"data\":{");
    wall_buf_add(out, doc->data.data, doc->data.len);
    wall_buf_str(out, "}}</script>\n");
}

static int send_document(wall_exchange_t *x, wall_document_t *doc)
{
    const char *nonce = wall_random_token(x->r->pool, 16);
    wall_buf_t out;

    wall_buf_init(&out, x->r->pool, doc->body.len + doc->data.len + 4096);
    head(x, doc, nonce, &out);
    wall_buf_str(&out, "<body>\n<div id=\"app\">");
    wall_buf_add(&out, doc->body.data, doc->body.len);
    wall_buf_str(&out, "</div>\n");
    shell(x, doc, &out);
    wall_buf_str(&out, "</body>\n</html>\n");
    wall_policy_page_headers(x->r, x->host->site,
                             wall_policy_page(x->r->pool, x->host->site, nonce));
    apr_table_setn(x->r->headers_out, "Cache-Control", "private, no-cache");
    apr_table_mergen(x->r->headers_out, "Vary", "Cookie, Accept-Language");
    return wall_send(x->r, x->status, "text/html; charset=utf-8",
                     (wall_bytes_t){ out.data, out.len });
}

/* ---- the request ---- */

static wall_rc_t match(wall_exchange_t *x)
{
    x->path = x->r->parsed_uri.path ? x->r->parsed_uri.path : "/";
    x->match = wall_router_match(x->host->page_router, x->r->pool, wall_exchange_method(x->r),
                                 x->path);
    x->route = x->match.route;
    if (x->route == NULL)
        return x->match.allowed ? WALL_E_METHOD_NOT_ALLOWED : WALL_E_NOT_FOUND;
    if (!strcmp(x->route->id, "styleguidePage") && !x->host->assets->development)
        return WALL_E_NOT_FOUND;
    return WALL_OK;
}

/** A form is sent by a page of this site or not at all; browsers say so themselves. */
static wall_rc_t check_origin(wall_exchange_t *x)
{
    return x->route->method == WALL_GET || wall_access_same_origin(x)
               ? WALL_OK
               : wall_fail(x->cx, WALL_E_CSRF, NULL, WALL_NO_WHY);
}

static wall_rc_t decode(wall_exchange_t *x)
{
    wall_rc_t rc = wall_exchange_query(x);

    if (rc != WALL_OK || x->route->in == NULL)
        return rc;
    wall_exchange_known(x);
    x->in = apr_pcalloc(x->r->pool, x->route->in->size);
    rc = wall_fields_decode(x->cx, x->route->in, x->body, x->match.params, x->in);
    /* In a page's address what cannot be right is what does not exist. */
    return rc == WALL_E_VALIDATION && x->route->method == WALL_GET ? WALL_E_NOT_FOUND : rc;
}

static wall_document_t *new_document(wall_exchange_t *x)
{
    wall_document_t *doc = apr_pcalloc(x->r->pool, sizeof(*doc));

    doc->address = x->r->unparsed_uri;
    doc->app_bricks = RATES_APP_BRICKS;
    doc->icons = wall_assets_url(x->host->assets, "icons.svg");
    wall_buf_init(&doc->body, x->r->pool, 8192);
    wall_buf_init(&doc->data, x->r->pool, 4096);
    wall_buf_init(&doc->me, x->r->pool, 512);
    return doc;
}

static wall_rc_t run(wall_exchange_t *x, wall_document_t *doc)
{
    static wall_rc_t (*const steps[])(wall_exchange_t *) = {
        match,        wall_dispatch_schema, wall_access_authenticate, wall_access_rate,
        check_origin, wall_exchange_form,   wall_access_again,        decode,
    };
    wall_rc_t rc = WALL_OK;

    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]) && rc == WALL_OK; i++)
        rc = steps[i](x);
    return rc == WALL_OK ? x->route->action(x->cx, x->in, doc) : rc;
}

/** A refused form comes back with what was typed and why it was refused. */
static wall_rc_t show_form_again(wall_exchange_t *x, wall_rc_t failure, wall_document_t *doc)
{
    const wall_match_t form =
        wall_router_match(x->host->page_router, x->r->pool, WALL_GET, x->path);

    if (form.route == NULL)
        return failure;
    x->cx->failed = failure;
    x->status = wall_error_status(failure);
    doc->typed = x->form ? x->form : apr_array_make(x->r->pool, 1, sizeof(wall_param_t));
    return form.route->action(x->cx, NULL, doc);
}

int wall_page_serve(request_rec *r, wall_host_t *host)
{
    wall_exchange_t *x = apr_pcalloc(r->pool, sizeof(*x));
    wall_document_t *doc;
    wall_rc_t rc;

    x->r = r;
    x->host = host;
    x->cx = wall_exchange_context(r, host);
    x->status = HTTP_OK;
    wall_exchange_language(x);
    doc = new_document(x);
    rc = run(x, doc);
    wall_front_route(r, x->route);
    if (x->answered) {
        wall_db_release(x->cx);
        return AP_FILTER_ERROR;
    }
    if (rc == WALL_E_METHOD_NOT_ALLOWED) {
        if (r->method_number == M_OPTIONS)
            return wall_respond_allow(x);
        wall_exchange_allow(x);
    }
    if (rc != WALL_OK && x->route && x->route->method == WALL_POST) {
        doc = new_document(x);
        rc = show_form_again(x, rc, doc);
    }
    if (rc != WALL_OK && rc != WALL_E_MOVED) {
        wall_document_t *failed = new_document(x);

        x->status = wall_error_status(rc);
        pages_failed(x->cx, rc, failed);
        doc = failed;
    }
    wall_db_release(x->cx);
    wall_respond_cookies(x);
    if (rc == WALL_E_MOVED) { /* for as long as the name is kept, so nobody may remember it for good */
        apr_table_setn(r->headers_out, "Location", x->cx->reply.location);
        apr_table_setn(r->headers_out, "Cache-Control", "no-cache");
        return wall_send(r, HTTP_MOVED_PERMANENTLY, NULL, (wall_bytes_t){ NULL, 0 });
    }
    if (doc->redirect != NULL) {
        apr_table_setn(r->headers_out, "Location", doc->redirect);
        return wall_send(r, HTTP_SEE_OTHER, NULL, (wall_bytes_t){ NULL, 0 });
    }
    return send_document(x, doc);
}
