/* SPDX-License-Identifier: Apache-2.0 */
#include "io/catalogues.h"

#include <apr_file_info.h>
#include <apr_file_io.h>
#include <apr_strings.h>
#include <string.h>

#define FILE_MAX (1024 * 1024)

static const char *read_file(apr_pool_t *pool, const char *path, wall_bytes_t *out)
{
    apr_finfo_t info;
    apr_file_t *file;
    char *data;

    if (apr_file_open(&file, path, APR_FOPEN_READ, APR_FPROT_OS_DEFAULT, pool) != APR_SUCCESS)
        return "cannot be read";
    if (apr_file_info_get(&info, APR_FINFO_SIZE, file) != APR_SUCCESS || info.size > FILE_MAX)
        return "is not a catalogue of texts";
    data = apr_palloc(pool, (apr_size_t)info.size + 1);
    if (apr_file_read_full(file, data, (apr_size_t)info.size, NULL) != APR_SUCCESS)
        return "cannot be read";
    apr_file_close(file);
    data[info.size] = '\0';
    *out = (wall_bytes_t){ data, (size_t)info.size };
    return NULL;
}

const char *wall_catalogues_read(apr_pool_t *pool, const char *folder, wall_messages_t *messages)
{
    apr_finfo_t entry;
    apr_dir_t *dir;
    const char *why = NULL;

    if (apr_dir_open(&dir, folder, pool) != APR_SUCCESS)
        return apr_pstrcat(pool, folder, " is missing", NULL);
    while (why == NULL && apr_dir_read(&entry, APR_FINFO_NAME, dir) == APR_SUCCESS) {
        size_t len = strlen(entry.name);
        const char *path = apr_pstrcat(pool, folder, "/", entry.name, NULL);
        wall_bytes_t json;

        if (len < 6 || strcmp(entry.name + len - 5, ".json") != 0)
            continue;
        why = read_file(pool, path, &json);
        if (why == NULL)
            why = wall_messages_add(messages, apr_pstrmemdup(pool, entry.name, len - 5), json);
        if (why != NULL)
            why = apr_pstrcat(pool, path, " ", why, NULL);
    }
    apr_dir_close(dir);
    return why;
}
