/* SPDX-License-Identifier: Apache-2.0 */
#include "core/messages.h"

#include <apr_hash.h>
#include <apr_lib.h>
#include <apr_strings.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "core/json.h"

#define SOURCE "en"

enum { FORM_ZERO, FORM_ONE, FORM_TWO, FORM_FEW, FORM_MANY, FORM_OTHER, FORMS };
static const char *const form_names[FORMS] = { "zero", "one", "two", "few", "many", "other" };

/** One message: without plural forms only "other" is set. */
typedef struct message_t {
    const char *forms[FORMS];
} message_t;

struct wall_messages_t {
    apr_pool_t *pool;
    apr_hash_t *languages; /* language → apr_hash_t of key → message_t */
    apr_array_header_t *names;
};

wall_messages_t *wall_messages_new(apr_pool_t *pool)
{
    wall_messages_t *messages = apr_pcalloc(pool, sizeof(*messages));

    messages->pool = pool;
    messages->languages = apr_hash_make(pool);
    messages->names = apr_array_make(pool, 8, sizeof(const char *));
    *(const char **)apr_array_push(messages->names) = NULL;
    return messages;
}

static const message_t *read_message(apr_pool_t *pool, json_object *value)
{
    message_t *message = apr_pcalloc(pool, sizeof(*message));
    int i;

    if (json_object_is_type(value, json_type_string)) {
        message->forms[FORM_OTHER] = apr_pstrdup(pool, json_object_get_string(value));
        return message;
    }
    for (i = 0; i < FORMS; i++) {
        json_object *form;

        if (json_object_object_get_ex(value, form_names[i], &form))
            message->forms[i] = apr_pstrdup(pool, json_object_get_string(form));
    }
    return message->forms[FORM_OTHER] != NULL ? message : NULL;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

const char *wall_messages_add(wall_messages_t *messages, const char *language, wall_bytes_t json)
{
    apr_pool_t *pool = messages->pool;
    json_object *root = wall_json_parse_pool(pool, json);
    apr_hash_t *texts = apr_hash_make(pool);

    if (!json_object_is_type(root, json_type_object))
        return "is not a JSON object";
    json_object_object_foreach(root, key, value) {
        const message_t *message = read_message(pool, value);

        if (message == NULL)
            return apr_psprintf(pool, "has no form \"other\" for %s", key);
        apr_hash_set(texts, apr_pstrdup(pool, key), APR_HASH_KEY_STRING, message);
    }
    if (apr_hash_get(messages->languages, language, APR_HASH_KEY_STRING) == NULL) {
        apr_array_pop(messages->names);
        *(const char **)apr_array_push(messages->names) = apr_pstrdup(pool, language);
        qsort(messages->names->elts, (size_t)messages->names->nelts, sizeof(char *), by_name);
        *(const char **)apr_array_push(messages->names) = NULL;
    }
    apr_hash_set(messages->languages, apr_pstrdup(pool, language), APR_HASH_KEY_STRING, texts);
    return NULL;
}

const char *const *wall_messages_languages(const wall_messages_t *messages)
{
    return (const char *const *)messages->names->elts;
}

static const char *known(const wall_messages_t *messages, const char *tag)
{
    const char *const *name;
    size_t base = strcspn(tag, "-_");

    for (name = wall_messages_languages(messages); *name != NULL; name++) {
        if (strlen(*name) == base && strncasecmp(*name, tag, base) == 0)
            return *name;
    }
    return NULL;
}

int wall_messages_has(const wall_messages_t *messages, const char *language)
{
    return known(messages, language) != NULL;
}

const char *wall_messages_list(const wall_messages_t *messages, apr_pool_t *pool)
{
    const char *const *name = wall_messages_languages(messages);
    const char *list = *name != NULL ? *name : "";

    while (*name != NULL && *++name != NULL)
        list = apr_pstrcat(pool, list, ", ", *name, NULL);
    return list;
}

const char *wall_messages_negotiate(const wall_messages_t *messages, apr_pool_t *pool,
                                    const char *accept_language)
{
    const char *best = NULL;
    double best_weight = 0;
    char *state = NULL, *item;

    if (accept_language == NULL)
        return SOURCE;
    for (item = apr_strtok(apr_pstrdup(pool, accept_language), ",", &state); item != NULL;
         item = apr_strtok(NULL, ",", &state)) {
        const char *quality = strstr(item, "q=");
        double weight = quality != NULL ? strtod(quality + 2, NULL) : 1;
        const char *language;

        while (apr_isspace(*item))
            item++;
        item[strcspn(item, "; \t")] = '\0';
        language = known(messages, item);
        if (language != NULL && weight > best_weight) {
            best = language;
            best_weight = weight;
        }
    }
    return best != NULL ? best : SOURCE;
}

const char *wall_language_direction(const char *language)
{
    static const char *const rtl[] = { "ar", "fa", "he", "ur", NULL };
    int i;

    for (i = 0; rtl[i] != NULL; i++) {
        if (strcmp(rtl[i], language) == 0)
            return "rtl";
    }
    return "ltr";
}

/* CLDR 44, cardinal rules for whole numbers, for the languages there are; others as English. */
static int plural_form(const char *language, apr_int64_t n)
{
    apr_int64_t ten = n % 10, hundred = n % 100;

    if (strcmp(language, "ru") == 0) {
        if (ten == 1 && hundred != 11)
            return FORM_ONE;
        return ten >= 2 && ten <= 4 && (hundred < 12 || hundred > 14) ? FORM_FEW : FORM_MANY;
    }
    if (strcmp(language, "ar") == 0) {
        if (n <= 2)
            return n == 0 ? FORM_ZERO : n == 1 ? FORM_ONE : FORM_TWO;
        if (hundred >= 3 && hundred <= 10)
            return FORM_FEW;
        return hundred >= 11 ? FORM_MANY : FORM_OTHER;
    }
    if (strcmp(language, "es") == 0 && n != 0 && n % 1000000 == 0)
        return FORM_MANY;
    return n == 1 ? FORM_ONE : FORM_OTHER;
}

static const message_t *find(const wall_cx_t *cx, const char *key, const char **language)
{
    const char *const tried[] = { cx->language, SOURCE, NULL };
    int i;

    for (i = 0; cx->messages != NULL && tried[i] != NULL; i++) {
        apr_hash_t *texts = apr_hash_get(cx->messages->languages, tried[i], APR_HASH_KEY_STRING);
        const message_t *message =
            texts != NULL ? apr_hash_get(texts, key, APR_HASH_KEY_STRING) : NULL;

        if (message != NULL) {
            *language = tried[i];
            return message;
        }
    }
    return NULL;
}

const char *wall_text(wall_cx_t *cx, const char *key)
{
    const char *language;
    const message_t *message = find(cx, key, &language);

    return message != NULL ? message->forms[FORM_OTHER] : key;
}

/** The value of the name that @a at ("{name}…") begins with, in the pairs; NULL when not given. */
static const char *value_of(const apr_array_header_t *pairs, const char *at, size_t *len)
{
    int i;

    *len = strcspn(at, "}") + 1;
    for (i = 0; i + 1 < pairs->nelts; i += 2) {
        const char *name = APR_ARRAY_IDX(pairs, i, const char *);

        if (strlen(name) == *len - 2 && strncmp(name, at + 1, *len - 2) == 0)
            return APR_ARRAY_IDX(pairs, i + 1, const char *);
    }
    return NULL;
}

static const char *fill(wall_cx_t *cx, const char *text, const apr_array_header_t *pairs)
{
    wall_buf_t buf;
    const char *at;

    wall_buf_init(&buf, cx->pool, strlen(text) + 32);
    while ((at = strchr(text, '{')) != NULL && strchr(at, '}') != NULL) {
        size_t len;
        const char *value = value_of(pairs, at, &len);

        wall_buf_add(&buf, text, (size_t)(at - text));
        if (value != NULL)
            wall_buf_str(&buf, value);
        text = at + len;
    }
    wall_buf_str(&buf, text);
    return buf.data;
}

/** @param source the text when no catalogue has @a key; NULL: the key, as it is */
static const char *text_filled(wall_cx_t *cx, const char *key, const char *source,
                               const apr_array_header_t *pairs)
{
    const char *language = SOURCE, *text = source;
    const message_t *message = find(cx, key, &language);
    apr_int64_t n = 0;

    for (int i = 0; i + 1 < pairs->nelts; i += 2) {
        if (strcmp(APR_ARRAY_IDX(pairs, i, const char *), "n") == 0)
            n = apr_strtoi64(APR_ARRAY_IDX(pairs, i + 1, const char *), NULL, 10);
    }
    if (message != NULL) {
        text = message->forms[plural_form(language, n < 0 ? -n : n)];
        text = text != NULL ? text : message->forms[FORM_OTHER];
    }
    return text != NULL ? fill(cx, text, pairs) : key;
}

/** The pairs of the arguments. */
static apr_array_header_t *pairs_of(wall_cx_t *cx, va_list args)
{
    apr_array_header_t *pairs = apr_array_make(cx->pool, 4, sizeof(const char *));
    const char *name;

    while ((name = va_arg(args, const char *)) != NULL) {
        *(const char **)apr_array_push(pairs) = name;
        *(const char **)apr_array_push(pairs) = va_arg(args, const char *);
    }
    return pairs;
}

const char *wall_text_pairs(wall_cx_t *cx, const char *key, const char *const *pairs)
{
    apr_array_header_t *list = apr_array_make(cx->pool, 8, sizeof(const char *));

    for (; *pairs != NULL; pairs++)
        *(const char **)apr_array_push(list) = *pairs;
    return text_filled(cx, key, NULL, list);
}

const char *wall_text_with(wall_cx_t *cx, const char *key, ...)
{
    const char *text;
    va_list args;

    va_start(args, key);
    text = text_filled(cx, key, NULL, pairs_of(cx, args));
    va_end(args);
    return text;
}

const char *wall_text_or(wall_cx_t *cx, const char *key, const char *source, ...)
{
    const char *text;
    va_list args;

    va_start(args, source);
    text = text_filled(cx, key, source, pairs_of(cx, args));
    va_end(args);
    return text;
}

const char *wall_error_text(wall_cx_t *cx, wall_rc_t rc)
{
    return wall_text_or(cx, apr_pstrcat(cx->pool, "error.", wall_error_code(rc), NULL),
                        wall_error_message(rc), NULL);
}

const char *wall_text_n(wall_cx_t *cx, const char *key, apr_int64_t n)
{
    return wall_text_with(cx, key, "n", apr_psprintf(cx->pool, "%" APR_INT64_T_FMT, n), NULL);
}

const char *wall_number(wall_cx_t *cx, apr_int64_t n)
{
    static const struct {
        const char *language, *group;
        size_t least; /* digits from which numbers are grouped */
    } writes[] = { { "de", ".", 4 }, { "es", ".", 5 }, { "ru", "\xc2\xa0", 4 } };
    const char *group = ",", *digits = apr_psprintf(cx->pool, "%" APR_INT64_T_FMT, n);
    size_t least = 4, left;
    wall_buf_t buf;

    for (size_t i = 0; cx->language != NULL && i < sizeof(writes) / sizeof(writes[0]); i++) {
        if (strcmp(writes[i].language, cx->language) == 0) {
            group = writes[i].group;
            least = writes[i].least;
        }
    }
    wall_buf_init(&buf, cx->pool, 32);
    if (*digits == '-')
        wall_buf_char(&buf, *digits++);
    left = strlen(digits);
    if (left < least) {
        wall_buf_str(&buf, digits);
        return buf.data;
    }
    for (; left > 0; left--) {
        wall_buf_char(&buf, *digits++);
        if (left > 1 && left % 3 == 1)
            wall_buf_str(&buf, group);
    }
    return buf.data;
}
