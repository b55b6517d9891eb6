/* SPDX-License-Identifier: Apache-2.0 */
#include "io/domain_list.h"

#include <apr_file_info.h>
#include <apr_file_io.h>
#include <apr_hash.h>
#include <apr_lib.h>
#include <apr_strings.h>
#include <pthread.h>
#include <string.h>

#define FILE_MAX  (8 * 1024 * 1024)
#define FILES_MAX 16 /* sites of one server with lists of their own */
/* Looked at this often, however many people register. */
#define LOOK_EVERY apr_time_from_sec(2)

typedef struct list_t {
    char *file;
    apr_pool_t *pool; /* of the names; NULL = none read yet */
    apr_hash_t *names;
    apr_time_t mtime;
    apr_off_t size;
    apr_ino_t inode;
    apr_time_t looked;
} list_t;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static list_t lists[FILES_MAX];

/** Lower-case names of @a text, one a line. */
static apr_hash_t *parse(apr_pool_t *pool, char *text)
{
    apr_hash_t *names = apr_hash_make(pool);
    char *state, *line;

    for (line = apr_strtok(text, "\r\n", &state); line != NULL; line = apr_strtok(NULL, "\r\n", &state)) {
        char *end;

        line[strcspn(line, "#")] = '\0';
        while (apr_isspace(*line) || *line == '.')
            line++;
        for (end = line + strlen(line); end > line && apr_isspace(end[-1]);)
            *--end = '\0';
        for (char *p = line; *p != '\0'; p++)
            *p = (char)apr_tolower(*p);
        if (*line != '\0')
            apr_hash_set(names, line, APR_HASH_KEY_STRING, line);
    }
    return names;
}

static void read_again(wall_cx_t *cx, list_t *list, const apr_finfo_t *info)
{
    apr_pool_t *pool;
    apr_file_t *file;
    apr_status_t status;
    char *text;

    apr_pool_create(&pool, NULL);
    status = info->size > FILE_MAX ? APR_ENOSPC
                                   : apr_file_open(&file, list->file, APR_FOPEN_READ, APR_FPROT_OS_DEFAULT, pool);
    if (status == APR_SUCCESS) {
        text = apr_pcalloc(pool, (apr_size_t)info->size + 1);
        status = info->size == 0 ? APR_SUCCESS
                                 : apr_file_read_full(file, text, (apr_size_t)info->size, NULL);
        apr_file_close(file);
    }
    if (status != APR_SUCCESS) {
        wall_cx_log(cx, WALL_LOG_WARN, WALLNO(00225) "%s cannot be read: what it said before is believed",
                    list->file);
        apr_pool_destroy(pool);
        return;
    }
    if (list->pool != NULL)
        apr_pool_destroy(list->pool);
    list->pool = pool;
    list->names = parse(pool, text);
}

static void look(wall_cx_t *cx, list_t *list)
{
    apr_finfo_t info;

    list->looked = cx->now;
    if (apr_stat(&info, list->file, APR_FINFO_MTIME | APR_FINFO_SIZE | APR_FINFO_INODE, cx->pool) !=
        APR_SUCCESS) {
        if (list->pool != NULL)
            apr_pool_destroy(list->pool);
        list->pool = NULL;
        list->names = NULL;
        list->mtime = 0;
        return;
    }
    if (info.mtime == list->mtime && info.size == list->size && info.inode == list->inode)
        return;
    list->mtime = info.mtime;
    list->size = info.size;
    list->inode = info.inode;
    read_again(cx, list, &info);
}

/** The list of @a file, or NULL when there are too many. */
static list_t *list_of(const char *file)
{
    for (int i = 0; i < FILES_MAX; i++) {
        if (lists[i].file == NULL)
            lists[i].file = strdup(file);
        if (lists[i].file != NULL && strcmp(lists[i].file, file) == 0)
            return &lists[i];
    }
    return NULL;
}

int wall_domain_listed(wall_cx_t *cx, const char *file, const char *domain)
{
    char *name = apr_pstrdup(cx->pool, domain);
    list_t *list;
    int listed = 0;

    for (char *p = name; *p != '\0'; p++)
        *p = (char)apr_tolower(*p);
    pthread_mutex_lock(&lock);
    list = list_of(file);
    if (list != NULL) {
        if (cx->now - list->looked >= LOOK_EVERY || cx->now < list->looked)
            look(cx, list);
        while (list->names != NULL && name != NULL && !listed) {
            listed = apr_hash_get(list->names, name, APR_HASH_KEY_STRING) != NULL;
            name = strchr(name, '.');
            name = name != NULL ? name + 1 : NULL;
        }
    }
    pthread_mutex_unlock(&lock);
    return listed;
}
