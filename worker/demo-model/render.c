/* SPDX-License-Identifier: Apache-2.0 */
#include "render.h"

#include <stdio.h>
#include <string.h>

static const char *file_text(const char *app, const char *language)
{
    char name[64];
    snprintf(name, sizeof(name), "%s.%s", app, language);
    for (const demo_file_t *file = demo_files; file->name; file++) {
        if (strcmp(file->name, name) == 0)
            return file->text;
    }
    return NULL;
}

/* Backticks go too: three of them would close the fence. */
static void html_text(buf_t *out, const char *s)
{
    for (; *s; s++) {
        if (strchr("<>&\"'`", *s))
            buf_fmt(out, "&#%d;", *s);
        else
            buf_add(out, s, 1);
    }
}

/* JSON as Go escapes it is safe inside <script> as well, but for the fence. */
static void js_literal(buf_t *out, json_object *value)
{
    switch (json_object_get_type(value)) {
    case json_type_string: {
        buf_t quoted = { 0 };
        buf_json(&quoted, json_object_get_string(value), (size_t)json_object_get_string_len(value));
        for (size_t i = 0; i < quoted.len; i++) {
            if (quoted.data[i] == '`')
                buf_str(out, "\\u0060");
            else
                buf_add(out, quoted.data + i, 1);
        }
        buf_free(&quoted);
        break;
    }
    case json_type_array:
        buf_str(out, "[");
        for (size_t i = 0; i < json_object_array_length(value); i++) {
            if (i)
                buf_str(out, ", ");
            js_literal(out, json_object_array_get_idx(value, i));
        }
        buf_str(out, "]");
        break;
    case json_type_double:
        buf_fmt(out, "%g", json_object_get_double(value));
        break;
    default:
        buf_str(out, json_object_to_json_string(value));
    }
}

static bool put_value(buf_t *out, const char *language, json_object *value)
{
    json_type type = json_object_get_type(value);
    bool number = type == json_type_int || type == json_type_double;
    if (strcmp(language, "js") == 0 || number)
        js_literal(out, value);
    else if (strcmp(language, "html") == 0 && type == json_type_string)
        html_text(out, json_object_get_string(value));
    else
        return false;
    return true;
}

bool render_file(buf_t *out, const char *app, const char *language, json_object *params)
{
    const char *text = file_text(app, language), *open;
    bool right = text != NULL;
    for (; right && (open = strstr(text, "{{")) != NULL;) {
        const char *close = strstr(open, "}}");
        json_object *value = NULL;
        char key[32];
        right = close && snprintf(key, sizeof(key), "%.*s", (int)(close - open) - 2, open + 2) > 0
                && json_object_object_get_ex(params, key, &value);
        if (!right)
            break;
        buf_add(out, text, (size_t)(open - text));
        right = put_value(out, language, value);
        text = close + 2;
    }
    if (right)
        buf_str(out, text);
    return right;
}

bool render_answer(buf_t *out, const char *app, json_object *params, bool as_json)
{
    buf_t html = { 0 }, css = { 0 }, js = { 0 };
    bool right = render_file(&html, app, "html", params) && render_file(&css, "base", "css", params)
                 && render_file(&css, app, "css", params) && render_file(&js, app, "js", params);
    if (right && as_json) {
        buf_str(out, "{\"css\":");
        buf_json(out, css.data, css.len);
        buf_str(out, ",\"html\":");
        buf_json(out, html.data, html.len);
        buf_str(out, ",\"js\":");
        buf_json(out, js.data, js.len);
        buf_str(out, "}");
    } else if (right) {
        buf_fmt(out, "```html\n%s```\n\n```css\n%s```\n\n```js\n%s```\n", html.data, css.data,
                js.data);
    }
    buf_free(&html);
    buf_free(&css);
    buf_free(&js);
    return right;
}
