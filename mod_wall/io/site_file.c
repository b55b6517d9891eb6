/* SPDX-License-Identifier: Apache-2.0 */
#include "io/site_file.h"

#include <apr_file_info.h>
#include <apr_file_io.h>
#include <apr_strings.h>
#include <string.h>
#include <strings.h>

#include "core/providers.h"

#define FILE_MAX   (1024 * 1024)
#define SECRET_MAX 4096

/** What is being read, for messages. */
typedef struct reader_t {
    apr_pool_t *pool;
    const char *file;   /* as given, for messages */
    const char *folder; /* absolute, relative PATHs start here */
    wall_site_t *site;
    int line; /* last line of the directive being read, as httpd counts */
} reader_t;

static int blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\v' || c == '\f';
}

/**
 * Takes one directive line off *@a text: a backslash before the line's end joins the next line, as in
 * httpd, where nothing escapes that backslash. NULL at the end.
 */
static const char *take_line(reader_t *reader, const char **text)
{
    wall_buf_t line;
    const char *p = *text;
    if (!*p) {
        return NULL;
    }
    wall_buf_init(&line, reader->pool, 128);
    for (;;) {
        const char *end = strchrnul(p, '\n');
        size_t len = (size_t)(end - p);
        reader->line++;
        if (*end && len && p[len - 1] == '\r') {
            len--;
        }
        int joined = *end && len && p[len - 1] == '\\';
        wall_buf_add(&line, p, len - (joined ? 1 : 0));
        p = *end ? end + 1 : end;
        if (!joined) {
            break;
        }
    }
    *text = p;
    while (line.len && blank(line.data[line.len - 1])) {
        line.data[--line.len] = '\0';
    }
    const char *start = line.data;
    while (blank(*start)) {
        start++;
    }
    return start;
}

/**
 * Takes one word off *@a line by httpd's rules: quoted by " or ' up to the same mark (or the line's
 * end), a backslash escapes itself and, inside quotes, the mark. NULL when there is none.
 */
static const char *take_word(apr_pool_t *pool, const char **line)
{
    const char *p = *line;
    while (blank(*p)) {
        p++;
    }
    if (!*p) {
        *line = p;
        return NULL;
    }
    char quote = *p == '"' || *p == '\'' ? *p++ : '\0';
    char *word = apr_palloc(pool, strlen(p) + 1), *out = word;
    while (*p && (quote ? *p != quote : !blank(*p))) {
        if (p[0] == '\\' && (p[1] == '\\' || (quote && p[1] == quote))) {
            p++;
        }
        *out++ = *p++;
    }
    *out = '\0';
    *line = *p && quote ? p + 1 : p;
    return word;
}

static const char *at_line(reader_t *reader, const char *name, const char *why)
{
    return apr_psprintf(reader->pool, "%s:%d: %s %s", reader->file, reader->line, name, why);
}

static const char resolved_by_httpd[] =
    "uses ${...}, which only httpd can resolve: wall-worker and wallctl read this file too.";

/** A line of a directive that may be repeated. */
static const char *take_words(reader_t *reader, wall_directive_t which, const char *line)
{
    const char *name = wall_directives[which].name, *words[WALL_WORDS_MAX + 1], *why;
    int count = 0;
    while (count <= WALL_WORDS_MAX && (words[count] = take_word(reader->pool, &line))) {
        if (strstr(words[count++], "${")) {
            return at_line(reader, name, resolved_by_httpd);
        }
    }
    why = wall_site_add(reader->site, reader->pool, which, count, words,
                        apr_psprintf(reader->pool, "%s:%d", reader->file, reader->line));
    return why ? at_line(reader, name, why) : NULL;
}

static const char *take_directive(reader_t *reader, const char *name, const char *line)
{
    static const char db_driver[] = "DBDriver", db_params[] = "DBDParams";
    int which = 0;
    while (which < WALL_D__COUNT && strcasecmp(wall_directives[which].name, name) != 0) {
        which++;
    }
    int is_driver = strcasecmp(name, db_driver) == 0, is_params = strcasecmp(name, db_params) == 0;
    if (which == WALL_D__COUNT && !is_driver && !is_params) {
        return strncasecmp(name, "Wall", 4) == 0
                   ? at_line(reader, name, "is not a directive of Wall.")
                   : NULL;
    }
    name = is_driver ? db_driver : is_params ? db_params : wall_directives[which].name;
    if (which < WALL_D__COUNT && strcmp(wall_directives[which].kind, "LIST") == 0) {
        return take_words(reader, (wall_directive_t)which, line);
    }
    const char *value = take_word(reader->pool, &line);
    if (!value || take_word(reader->pool, &line)) {
        return at_line(reader, name, "takes one value; put quotes around one with spaces.");
    }
    if (strstr(value, "${")) {
        return at_line(reader, name, resolved_by_httpd);
    }
    if (is_driver) {
        reader->site->db_driver = value;
        return NULL;
    }
    if (is_params) {
        reader->site->db_params = value;
        return NULL;
    }
    const char *where = apr_psprintf(reader->pool, "%s:%d", reader->file, reader->line);
    const char *why = wall_site_set(reader->site, reader->pool, (wall_directive_t)which, value,
                                    reader->folder, where);
    return why ? at_line(reader, name, why) : NULL;
}

/** The whole of a regular file, NUL-terminated. NULL or why not, without the file's name. */
static const char *slurp(apr_pool_t *pool, const char *file, apr_size_t max, apr_finfo_t *info,
                         wall_bytes_t *out)
{
    char reason[128];
    apr_file_t *handle;
    apr_status_t rv = apr_file_open(&handle, file, APR_FOPEN_READ, 0, pool);
    if (rv != APR_SUCCESS) {
        return apr_pstrdup(pool, apr_strerror(rv, reason, sizeof(reason)));
    }
    const char *why = NULL;
    rv = apr_file_info_get(info, APR_FINFO_TYPE | APR_FINFO_SIZE | APR_FINFO_PROT, handle);
    if (rv != APR_SUCCESS) {
        why = apr_pstrdup(pool, apr_strerror(rv, reason, sizeof(reason)));
    } else if (info->filetype != APR_REG) {
        why = "not a regular file";
    } else if (info->size > (apr_off_t)max) {
        why = "too large";
    } else {
        char *data = apr_palloc(pool, (apr_size_t)info->size + 1);
        apr_size_t len = 0;
        rv = apr_file_read_full(handle, data, (apr_size_t)info->size, &len);
        if (rv != APR_SUCCESS && rv != APR_EOF) {
            why = apr_pstrdup(pool, apr_strerror(rv, reason, sizeof(reason)));
        }
        data[len] = '\0';
        *out = (wall_bytes_t){ data, len };
    }
    apr_file_close(handle);
    return why;
}

static const char *folder_of(apr_pool_t *pool, const char *file)
{
    char *absolute = NULL;
    if (apr_filepath_merge(&absolute, NULL, file, 0, pool) != APR_SUCCESS) {
        return "/";
    }
    char *slash = strrchr(absolute, '/');
    if (slash == absolute) {
        return "/";
    }
    *slash = '\0';
    return absolute;
}

const char *wall_site_file_read(apr_pool_t *pool, const char *file, const wall_site_t **out)
{
    reader_t reader = { .pool = pool, .file = file, .site = wall_site_new(pool) };
    wall_bytes_t bytes;
    apr_finfo_t info;
    const char *why = slurp(pool, file, FILE_MAX, &info, &bytes);
    if (why) {
        return apr_psprintf(pool, "%s: %s", file, why);
    }
    if (memchr(bytes.data, '\0', bytes.len)) {
        return apr_psprintf(pool, "%s: not a text file", file);
    }
    reader.folder = folder_of(pool, file);
    const char *text = bytes.data, *line;
    while ((line = take_line(&reader, &text))) {
        if (!*line || *line == '#' || *line == '<') {
            continue;
        }
        const char *name = take_word(pool, &line);
        if ((why = take_directive(&reader, name, line))) {
            return why;
        }
    }
    if ((why = wall_site_finish(reader.site, pool))) {
        return apr_psprintf(pool, "%s: %s", file, why);
    }
    if ((why = wall_site_secret_read(pool, reader.site))) {
        return apr_psprintf(pool, "%s: %s", file, why);
    }
    *out = reader.site;
    return NULL;
}

const char *wall_site_secret_text(apr_pool_t *pool, const char *file, wall_bytes_t *out)
{
    const apr_fileperms_t refused = ~(APR_FPROT_UREAD | APR_FPROT_UWRITE | APR_FPROT_GREAD);
    apr_finfo_t info;
    const char *why = slurp(pool, file, SECRET_MAX, &info, out);
    if (!why && (info.protection & refused)) {
        /* APR keeps one octal digit in each nibble. */
        why = apr_psprintf(pool, "its mode is 0%03x; make it 0640 or stricter",
                           (unsigned)info.protection & 0x777u);
    }
    return why;
}

static const char *provider_secrets(apr_pool_t *pool, const wall_site_t *site)
{
    for (int i = 0; site->providers && i < site->providers->nelts; i++) {
        wall_provider_t *provider = &APR_ARRAY_IDX(site->providers, i, wall_provider_t);
        wall_bytes_t bytes;
        const char *why;
        if (!provider->secret_file) {
            continue;
        }
        why = wall_site_secret_text(pool, provider->secret_file, &bytes);
        if (!why) {
            why = wall_provider_secret(pool, provider, bytes.data, bytes.len);
        }
        if (why) {
            return apr_psprintf(pool, "WallOAuthProvider (%s) %s: %s: %s",
                                provider->where ? provider->where : "?", provider->name,
                                provider->secret_file, why);
        }
    }
    return NULL;
}

const char *wall_site_secret_read(apr_pool_t *pool, wall_site_t *site)
{
    const struct {
        wall_directive_t which;
        const char *file;
    } texts[] = {
        { WALL_D_stripe_key_file, site->stripe_key_file },
        { WALL_D_stripe_webhook_file, site->stripe_webhook_file },
    };
    wall_bytes_t bytes;
    if (!site->secret_file) {
        return "WallSecretFile is missing.";
    }
    const char *why = wall_site_secret_text(pool, site->secret_file, &bytes);
    if (!why) {
        why = wall_site_secret(site, bytes);
    }
    if (why) {
        return apr_psprintf(pool, "WallSecretFile %s: %s", site->secret_file, why);
    }
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        if (texts[i].file) {
            why = wall_site_secret_text(pool, texts[i].file, &bytes);
            if (!why) {
                why = wall_site_take_secret(site, pool, texts[i].which, bytes);
            }
            if (why) {
                return apr_psprintf(pool, "%s %s: %s", wall_directives[texts[i].which].name,
                                    texts[i].file, why);
            }
        }
    }
    why = provider_secrets(pool, site);
    return why ? why : wall_site_check_payments(site, pool);
}
