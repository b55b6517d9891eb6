/* SPDX-License-Identifier: Apache-2.0 */
#include "httpd/assets.h"

#include <apr_file_info.h>
#include <apr_file_io.h>
#include <apr_strings.h>
#include <string.h>

#include "core/json.h"
#include "io/catalogues.h"

#define FILE_MAX (1024 * 1024)

static const char *read_file(apr_pool_t *pool, const char *path, wall_bytes_t *out)
{
    apr_finfo_t info;
    apr_file_t *file;
    char *data;

    if (apr_file_open(&file, path, APR_FOPEN_READ, APR_FPROT_OS_DEFAULT, pool) != APR_SUCCESS)
        return apr_pstrcat(pool, path, " cannot be read", NULL);
    if (apr_file_info_get(&info, APR_FINFO_SIZE, file) != APR_SUCCESS || info.size > FILE_MAX)
        return apr_pstrcat(pool, path, " is not a file of the client", NULL);
    data = apr_palloc(pool, (apr_size_t)info.size + 1);
    if (apr_file_read_full(file, data, (apr_size_t)info.size, NULL) != APR_SUCCESS)
        return apr_pstrcat(pool, path, " cannot be read", NULL);
    apr_file_close(file);
    data[info.size] = '\0';
    *out = (wall_bytes_t){ data, (size_t)info.size };
    return NULL;
}

static const char *url_of(apr_pool_t *pool, json_object *name)
{
    return apr_pstrcat(pool, "/assets/", json_object_get_string(name), NULL);
}

static apr_array_header_t *urls_of(apr_pool_t *pool, json_object *names)
{
    size_t n = json_object_is_type(names, json_type_array) ? json_object_array_length(names) : 0;
    apr_array_header_t *urls = apr_array_make(pool, (int)n + 1, sizeof(const char *));

    for (size_t i = 0; i < n; i++)
        *(const char **)apr_array_push(urls) = url_of(pool, json_object_array_get_idx(names, i));
    return urls;
}

static const char *read_manifest(apr_pool_t *pool, const char *path, wall_assets_t *assets)
{
    wall_bytes_t bytes;
    const char *why = read_file(pool, path, &bytes);
    json_object *root;

    if (why != NULL)
        return why;
    root = wall_json_parse_pool(pool, bytes);
    if (!json_object_is_type(root, json_type_object))
        return apr_pstrcat(pool, path, " is not JSON", NULL);
    json_object_object_foreach(root, name, value) {
        if (json_object_is_type(value, json_type_string))
            apr_hash_set(assets->files, apr_pstrdup(pool, name), APR_HASH_KEY_STRING,
                         url_of(pool, value));
        else if (strcmp(name, "preload") == 0)
            assets->preload = urls_of(pool, value);
        else if (strcmp(name, "development") == 0)
            assets->development = json_object_get_boolean(value);
        else if (strcmp(name, "pages") == 0) {
            json_object_object_foreach(value, page, parts) {
                apr_hash_set(assets->pages, apr_pstrdup(pool, page), APR_HASH_KEY_STRING,
                             urls_of(pool, parts));
            }
        }
    }
    return NULL;
}

const char *wall_assets_read(apr_pool_t *pool, const char *client_root, const wall_assets_t **out)
{
    wall_assets_t *assets = apr_pcalloc(pool, sizeof(*assets));
    const char *why;

    assets->files = apr_hash_make(pool);
    assets->pages = apr_hash_make(pool);
    assets->preload = apr_array_make(pool, 1, sizeof(const char *));
    assets->messages = wall_messages_new(pool);
    why = read_manifest(pool, apr_pstrcat(pool, client_root, "/assets.json", NULL), assets);
    if (why == NULL)
        why = wall_catalogues_read(pool, apr_pstrcat(pool, client_root, "/locales", NULL),
                                   assets->messages);
    *out = assets;
    return why;
}

const char *wall_assets_url(const wall_assets_t *assets, const char *name)
{
    const char *url = apr_hash_get(assets->files, name, APR_HASH_KEY_STRING);

    return url != NULL ? url : "";
}
