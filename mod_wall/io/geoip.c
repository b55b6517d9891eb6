/* SPDX-License-Identifier: Apache-2.0 */
#include "io/geoip.h"

#include <apr_strings.h>
#include <maxminddb.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "core/json.h"
#include "core/site.h"

/* One database a file; sites may share it. Opened for as long as the process lives. */
typedef struct geo_file_t {
    char *path;
    MMDB_s db;
    int usable;
    struct geo_file_t *next;
} geo_file_t;

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static geo_file_t *files;

static geo_file_t *open_file(wall_cx_t *cx, const char *path)
{
    geo_file_t *file = calloc(1, sizeof(*file));
    int status;

    if (file == NULL || (file->path = strdup(path)) == NULL) {
        free(file);
        return NULL;
    }
    status = MMDB_open(path, MMDB_MODE_MMAP, &file->db);
    file->usable = status == MMDB_SUCCESS;
    if (!file->usable)
        wall_cx_log(cx, WALL_LOG_WARN, WALLNO(00241) "WallGeoIP %s: %s; places are not shown", path,
                    MMDB_strerror(status));
    file->next = files;
    files = file;
    return file;
}

static geo_file_t *file_of(wall_cx_t *cx, const char *path)
{
    geo_file_t *file;

    pthread_mutex_lock(&mutex);
    for (file = files; file != NULL && strcmp(file->path, path) != 0; file = file->next)
        ;
    if (file == NULL)
        file = open_file(cx, path);
    pthread_mutex_unlock(&mutex);
    return file != NULL && file->usable ? file : NULL;
}

/* A name below @a what ("city", "country") in one language, or NULL. */
static const char *name_in(wall_cx_t *cx, MMDB_entry_s *entry, const char *what, const char *language)
{
    MMDB_entry_data_s data;
    const char *text;

    if (MMDB_get_value(entry, &data, what, "names", language, NULL) != MMDB_SUCCESS ||
        !data.has_data || data.type != MMDB_DATA_TYPE_UTF8_STRING || data.data_size == 0)
        return NULL;
    text = apr_pstrmemdup(cx->pool, data.utf8_string, data.data_size);
    return wall_utf8_valid(text, data.data_size) ? text : NULL;
}

static const char *name_of(wall_cx_t *cx, MMDB_entry_s *entry, const char *what)
{
    const char *name = cx->language != NULL ? name_in(cx, entry, what, cx->language) : NULL;

    return name != NULL ? name : name_in(cx, entry, what, "en");
}

const char *wall_geo_place(wall_cx_t *cx, const char *address)
{
    const char *path = cx->site->geoip, *city, *country;
    MMDB_lookup_result_s found;
    geo_file_t *file;
    int lookup, status;

    if (path == NULL || *path == '\0' || address == NULL || (file = file_of(cx, path)) == NULL)
        return NULL;
    found = MMDB_lookup_string(&file->db, address, &lookup, &status);
    if (lookup != 0 || status != MMDB_SUCCESS || !found.found_entry)
        return NULL;
    city = name_of(cx, &found.entry, "city");
    country = name_of(cx, &found.entry, "country");
    if (city != NULL && country != NULL)
        return apr_pstrcat(cx->pool, city, ", ", country, NULL);
    return city != NULL ? city : country;
}
