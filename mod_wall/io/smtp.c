/* SPDX-License-Identifier: Apache-2.0 */
#include "io/smtp.h"

#include <apr_file_io.h>
#include <apr_strings.h>
#include <curl/curl.h>
#include <string.h>

#include "core/site.h"

#define CONNECT_S 10L
#define TOTAL_S   60L /* below the lease of a mail, see app/mail/mail_jobs.h */
#define SECRET_MAX 1024

typedef struct upload_t {
    wall_bytes_t message;
    size_t sent;
    char error[CURL_ERROR_SIZE];
} upload_t;

static size_t on_read(char *to, size_t one, size_t room, void *baton)
{
    upload_t *upload = baton;
    size_t left = upload->message.len - upload->sent;
    size_t len = left < one * room ? left : one * room;

    memcpy(to, upload->message.data + upload->sent, len);
    upload->sent += len;
    return len;
}

static size_t on_answer(char *data, size_t one, size_t len, void *baton)
{
    return one * len; /* the server's words after the message; the status says it all */
}

/** The password of the settings. NULL or why not. */
static const char *read_password(wall_cx_t *cx, const char **out)
{
    apr_file_t *file;
    char *text = apr_pcalloc(cx->pool, SECRET_MAX + 1);
    apr_size_t len = SECRET_MAX;

    if (apr_file_open(&file, cx->site->mail_password, APR_FOPEN_READ, APR_FPROT_OS_DEFAULT,
                      cx->pool) != APR_SUCCESS)
        return apr_pstrcat(cx->pool, "WallMailPassword ", cx->site->mail_password,
                           " cannot be read", NULL);
    apr_file_read_full(file, text, SECRET_MAX, &len);
    apr_file_close(file);
    while (len > 0 && strchr(" \t\r\n", text[len - 1]) != NULL)
        text[--len] = '\0';
    *out = text;
    return NULL;
}

static long tls_of(const wall_site_t *site)
{
    if (strncmp(site->mail, "smtps:", 6) == 0 || strcmp(site->mail_tls, "required") == 0)
        return CURLUSESSL_ALL;
    return strcmp(site->mail_tls, "try") == 0 ? CURLUSESSL_TRY : CURLUSESSL_NONE;
}

static const char *host_of(const wall_site_t *site)
{
    return strstr(site->origin, "//") + 2;
}

static void set_up(wall_cx_t *cx, CURL *easy, upload_t *upload, const char *password)
{
    const wall_site_t *site = cx->site;
    const char *host = host_of(site);

    /* The path is what the site says in EHLO. */
    curl_easy_setopt(easy, CURLOPT_URL,
                     apr_pstrcat(cx->pool, site->mail, "/",
                                 apr_pstrmemdup(cx->pool, host, strcspn(host, ":")), NULL));
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(easy, CURLOPT_PROXY, "");
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT, CONNECT_S);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT, TOTAL_S);
    curl_easy_setopt(easy, CURLOPT_USE_SSL, tls_of(site));
    curl_easy_setopt(easy, CURLOPT_CAINFO, site->mail_ca);
    if (password != NULL) {
        curl_easy_setopt(easy, CURLOPT_USERNAME, site->mail_user);
        curl_easy_setopt(easy, CURLOPT_PASSWORD, password);
    }
    curl_easy_setopt(easy, CURLOPT_MAIL_FROM, apr_pstrcat(cx->pool, "<", site->mail_from, ">", NULL));
    curl_easy_setopt(easy, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(easy, CURLOPT_READFUNCTION, on_read);
    curl_easy_setopt(easy, CURLOPT_READDATA, upload);
    curl_easy_setopt(easy, CURLOPT_INFILESIZE_LARGE, (curl_off_t)upload->message.len);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_answer);
    curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, upload->error);
}

static wall_rc_t send_smtp(wall_cx_t *cx, const char *to, wall_bytes_t message,
                           wall_smtp_result_t *result)
{
    upload_t upload = { .message = message };
    struct curl_slist *recipients;
    const char *password = NULL;
    CURLcode code;
    CURL *easy;
    long status = 0;

    if (*cx->site->mail_user != '\0' && (result->problem = read_password(cx, &password)) != NULL)
        return WALL_E_INTERNAL;
    easy = curl_easy_init();
    recipients = curl_slist_append(NULL, apr_pstrcat(cx->pool, "<", to, ">", NULL));
    if (easy == NULL || recipients == NULL) {
        result->problem = "libcurl cannot be used";
        curl_easy_cleanup(easy);
        curl_slist_free_all(recipients);
        return WALL_E_INTERNAL;
    }
    set_up(cx, easy, &upload, password);
    curl_easy_setopt(easy, CURLOPT_MAIL_RCPT, recipients);
    code = curl_easy_perform(easy);
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    curl_easy_cleanup(easy);
    curl_slist_free_all(recipients);
    if (code == CURLE_OK)
        return WALL_OK;
    /* What the server said of sender, recipient or content (RFC 5321 4.2.3); 530 or 535, its opinion of
     * our name or password, may be mended. */
    result->permanent = status >= 550 && status <= 559;
    result->problem = apr_psprintf(cx->pool, "%s (%ld)",
                                   *upload.error != '\0' ? upload.error : curl_easy_strerror(code),
                                   status);
    return WALL_E_INTERNAL;
}

/* Written under another name first: who watches the folder never sees half a mail. */
static wall_rc_t send_file(wall_cx_t *cx, const char *name, wall_bytes_t message,
                           wall_smtp_result_t *result)
{
    const char *folder = cx->site->mail + strlen("file:");
    const char *path = apr_pstrcat(cx->pool, folder, "/", name, ".eml", NULL);
    const char *draft = apr_pstrcat(cx->pool, path, ".new", NULL);
    apr_status_t status = apr_dir_make_recursive(folder, APR_FPROT_UREAD | APR_FPROT_UWRITE | APR_FPROT_UEXECUTE,
                                                 cx->pool);
    apr_file_t *file;

    if (status == APR_SUCCESS)
        status = apr_file_open(&file, draft, APR_FOPEN_WRITE | APR_FOPEN_CREATE | APR_FOPEN_TRUNCATE,
                               APR_FPROT_UREAD | APR_FPROT_UWRITE, cx->pool);
    if (status == APR_SUCCESS) {
        status = apr_file_write_full(file, message.data, message.len, NULL);
        apr_file_close(file);
    }
    if (status == APR_SUCCESS)
        status = apr_file_rename(draft, path, cx->pool);
    if (status == APR_SUCCESS)
        return WALL_OK;
    result->problem = apr_pstrcat(cx->pool, path, " cannot be written", NULL);
    return WALL_E_INTERNAL;
}

wall_rc_t wall_smtp_send(wall_cx_t *cx, const char *to, const char *name, wall_bytes_t message,
                         wall_smtp_result_t *result)
{
    *result = (wall_smtp_result_t){ 0 };
    if (strncmp(cx->site->mail, "file:", 5) == 0)
        return send_file(cx, name, message, result);
    return send_smtp(cx, to, message, result);
}
