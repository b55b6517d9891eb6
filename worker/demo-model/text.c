/* SPDX-License-Identifier: Apache-2.0 */
#include "text.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

size_t utf8_decode(const char *text, size_t len, uint32_t *cp)
{
    const unsigned char *s = (const unsigned char *)text;
    size_t n = s[0] < 0x80 ? 1 : s[0] >= 0xC2 && s[0] < 0xE0 ? 2 : (s[0] & 0xF0) == 0xE0 ? 3
             : s[0] >= 0xF0 && s[0] < 0xF5 ? 4 : 0;
    *cp = UTF8_BAD;
    if (n == 0 || n > len)
        return 1;
    uint32_t value = n == 1 ? s[0] : s[0] & (0xFFu >> (n + 1));
    for (size_t i = 1; i < n; i++) {
        if ((s[i] & 0xC0) != 0x80)
            return 1;
        value = value << 6 | (s[i] & 0x3Fu);
    }
    if ((n == 3 && value < 0x800) || (n == 4 && (value < 0x10000 || value > 0x10FFFF))
        || (value >= 0xD800 && value < 0xE000))
        return 1;
    *cp = value;
    return n;
}

/* Latin-1 and Cyrillic only: two bytes before and after. */
static uint32_t cp_lower(uint32_t cp)
{
    if (cp >= 'A' && cp <= 'Z')
        return cp + 0x20;
    if ((cp >= 0xC0 && cp <= 0xDE && cp != 0xD7) || (cp >= 0x410 && cp <= 0x42F))
        return cp + 0x20;
    return cp >= 0x400 && cp <= 0x40F ? cp + 0x50 : cp;
}

static uint32_t cp_upper(uint32_t cp)
{
    if (cp >= 'a' && cp <= 'z')
        return cp - 0x20;
    if ((cp >= 0xE0 && cp <= 0xFE && cp != 0xF7) || (cp >= 0x430 && cp <= 0x44F))
        return cp - 0x20;
    return cp >= 0x450 && cp <= 0x45F ? cp - 0x50 : cp;
}

static void put_cp(char *at, size_t n, uint32_t cp)
{
    if (n == 1) {
        at[0] = (char)cp;
    } else if (n == 2) {
        at[0] = (char)(0xC0 | cp >> 6);
        at[1] = (char)(0x80 | (cp & 0x3F));
    }
}

char *text_lower(const char *text)
{
    char *out = strdup(text);
    if (!out)
        abort();
    size_t len = strlen(out), n;
    uint32_t cp;
    for (size_t i = 0; i < len; i += n) {
        n = utf8_decode(out + i, len - i, &cp);
        if (cp != UTF8_BAD && cp_lower(cp) != cp)
            put_cp(out + i, n, cp_lower(cp));
    }
    return out;
}

static bool cp_letter(uint32_t cp)
{
    if (cp < 0x80)
        return isalpha((int)cp) != 0;
    return cp != UTF8_BAD && cp >= 0xC0 && !(cp >= 0x2000 && cp <= 0x206F);
}

static bool letter_before(const char *text, const char *at)
{
    const char *p = at;
    uint32_t cp;
    if (p == text)
        return false;
    do
        p--;
    while (p > text && ((unsigned char)*p & 0xC0) == 0x80);
    utf8_decode(p, (size_t)(at - p), &cp);
    return cp_letter(cp);
}

const char *text_find(const char *lower, const char *phrases)
{
    const char *found = NULL;
    for (const char *p = phrases; *p; p += strcspn(p, "|"), p += *p == '|') {
        size_t n = strcspn(p, "|");
        for (const char *at = lower; *at; at++) {
            if (*at == *p && strncmp(at, p, n) == 0 && !letter_before(lower, at)) {
                if (!found || at < found)
                    found = at;
                break;
            }
        }
    }
    return found;
}

static double word_number(const word_t *w)
{
    static const struct { const char *names; double value; } table[] = {
        { "two zwei dos два две двух двумя", 2 },   { "three drei tres три трех трёх тремя", 3 },
        { "four vier cuatro четыре четырех четырёх", 4 },
        { "five fünf cinco пять пяти", 5 },         { "six sechs seis шесть шести", 6 },
        { "seven sieben siete семь семи", 7 },      { "eight acht ocho восемь восьми", 8 },
        { "nine neun nueve девять девяти", 9 },     { "ten zehn diez десять десяти", 10 },
        { "twelve zwölf doce двенадцать", 12 },     { "fifteen fünfzehn quince пятнадцать", 15 },
        { "twenty zwanzig veinte двадцать", 20 },   { "thirty dreißig treinta тридцать", 30 },
        { "one eins uno один одна одну", 1 },
    };
    for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
        for (const char *p = table[i].names; *p; p += strcspn(p, " "), p += *p == ' ') {
            if (strcspn(p, " ") == w->len && memcmp(p, w->s, w->len) == 0)
                return table[i].value;
        }
    }
    return -1;
}

static size_t scan_number(const char *s, double *value)
{
    size_t n = 0;
    *value = 0;
    for (; isdigit((unsigned char)s[n]) && n < 9; n++)
        *value = *value * 10 + (s[n] - '0');
    if ((s[n] == '.' || s[n] == ',') && isdigit((unsigned char)s[n + 1])) {
        double scale = 0.1;
        for (n++; isdigit((unsigned char)s[n]); n++, scale /= 10)
            *value += (s[n] - '0') * scale;
    }
    return n;
}

void words_split(words_t *words, const char *text)
{
    words->lower = text_lower(text);
    words->count = 0;
    const char *s = words->lower;
    size_t len = strlen(s), n;
    for (size_t i = 0; i < len && words->count < TEXT_WORDS_MAX; i += n) {
        word_t *w = &words->w[words->count];
        uint32_t cp;
        n = utf8_decode(s + i, len - i, &cp);
        *w = (word_t){ s + i, n, -1 };
        if (cp < 0x80 && isdigit((int)cp)) {
            n = w->len = scan_number(s + i, &w->num);
            words->count++;
        } else if (cp_letter(cp)) {
            for (size_t more = n; i + n < len; n += more) {
                more = utf8_decode(s + i + n, len - i - n, &cp);
                if (!cp_letter(cp))
                    break;
            }
            w->len = n;
            w->num = word_number(w);
            words->count++;
        }
    }
}

void words_free(words_t *words)
{
    free(words->lower);
    words->lower = NULL;
}

bool word_is(const word_t *word, const char *stems)
{
    for (const char *p = stems; *p; p += strcspn(p, " "), p += *p == ' ') {
        size_t n = strcspn(p, " ");
        bool whole = n > 1 && p[n - 1] == '$';      /* "go$" is the word, not a beginning */
        n -= whole;
        if ((whole ? n == word->len : n <= word->len) && memcmp(p, word->s, n) == 0)
            return true;
    }
    return false;
}

bool words_have(const words_t *words, const char *stems)
{
    for (size_t i = 0; i < words->count; i++) {
        if (word_is(&words->w[i], stems))
            return true;
    }
    return false;
}

double number_before(const words_t *words, const char *stems, size_t gap)
{
    for (size_t i = 0; i < words->count; i++) {
        if (words->w[i].num < 0)
            continue;
        for (size_t k = 1; k <= gap && i + k < words->count; k++) {
            if (word_is(&words->w[i + k], stems))
                return words->w[i].num;
        }
    }
    return -1;
}

double number_after(const words_t *words, const char *stems)
{
    for (size_t i = 0; i < words->count; i++) {
        if (!word_is(&words->w[i], stems))
            continue;
        for (size_t k = 1; k <= 2 && i + k < words->count; k++) {
            if (words->w[i + k].num >= 0)
                return words->w[i + k].num;
        }
    }
    return -1;
}

bool number_pair(const words_t *words, const char *between, double *a, double *b)
{
    for (size_t i = 0; i + 2 < words->count; i++) {
        if (words->w[i].num >= 0 && words->w[i + 2].num >= 0 && word_is(&words->w[i + 1], between)) {
            *a = words->w[i].num;
            *b = words->w[i + 2].num;
            return true;
        }
    }
    return false;
}

/* Copies without blanks, bullets and closing full stops at the ends, whole characters only. */
static void copy_trimmed(const char *s, size_t len, char *out, size_t size)
{
    while (len && strchr(" \t\r\n-*.", *s))
        s++, len--;
    while (len && strchr(" \t\r\n.,;:", s[len - 1]))
        len--;
    if (len >= size) {
        len = size - 1;
        while (len && ((unsigned char)s[len] & 0xC0) == 0x80)
            len--;
    }
    memcpy(out, s, len);
    out[len] = '\0';
}

static void capitalise(char *s)
{
    uint32_t cp;
    size_t n = utf8_decode(s, strlen(s), &cp);
    if (cp != UTF8_BAD && cp_upper(cp) != cp)
        put_cp(s, n, cp_upper(cp));
}

static void add_item(items_t *items, const char *s, size_t len)
{
    if (items->count == TEXT_ITEMS_MAX)
        return;
    copy_trimmed(s, len, items->item[items->count], TEXT_ITEM_LEN);
    if (items->item[items->count][0])
        capitalise(items->item[items->count++]);
}

/* A separator at s: its length, else 0. A word counts between blanks only. */
static size_t separator(const char *s, bool words_too)
{
    static const char *const both[] = { ",", ";", "\n", "•", "、" };
    static const char *const joined[] = { " and ", " or ", " und ", " oder ", " и ", " или ",
                                          " y ", " o " };
    for (size_t i = 0; i < sizeof(both) / sizeof(*both); i++) {
        if (strncmp(s, both[i], strlen(both[i])) == 0)
            return strlen(both[i]);
    }
    for (size_t i = 0; words_too && i < sizeof(joined) / sizeof(*joined); i++) {
        if (strncmp(s, joined[i], strlen(joined[i])) == 0)
            return strlen(joined[i]);
    }
    return 0;
}

static void items_after_colon(const char *text, items_t *items)
{
    const char *s = strchr(text, ':');
    while (s && s[1] != ' ' && s[1] != '\n')
        s = strchr(s + 1, ':');
    if (!s)
        return;
    const char *start = ++s;
    for (; *s; s++) {
        bool end = (*s == '.' || *s == '!' || *s == '?') && (s[1] == ' ' || s[1] == '\n' || !s[1]);
        size_t n = end ? 1 : separator(s, true);
        if (!n)
            continue;
        add_item(items, start, (size_t)(s - start) + (end && *s == '?'));
        start = s + n;
        s += n - 1;
        if (end && s[1] != '\n')
            break;
    }
    if (!*s)
        add_item(items, start, strlen(start));
}

/* The next quoted run from *s; false when there is no more. */
static bool next_quoted(const char **s, const char **run, size_t *len)
{
    static const char *const pairs[][2] = { { "\"", "\"" }, { "“", "”" }, { "«", "»" },
                                            { "„", "“" }, { "„", "”" } };
    for (const char *p = *s; *p; p++) {
        for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++) {
            size_t open = strlen(pairs[i][0]);
            const char *close;
            if (strncmp(p, pairs[i][0], open) != 0 || !(close = strstr(p + open, pairs[i][1])))
                continue;
            *run = p + open;
            *len = (size_t)(close - *run);
            *s = close + strlen(pairs[i][1]);
            return true;
        }
    }
    return false;
}

void text_items(const char *text, items_t *items)
{
    const char *run;
    size_t len;
    items->count = 0;
    items_after_colon(text, items);
    if (items->count < 2) {
        items->count = 0;
        while (next_quoted(&text, &run, &len))
            add_item(items, run, len);
    }
    if (items->count < 2)
        items->count = 0;
}

static const char lead_words[] =
    "please$ can$ could$ would$ you$ make$ me$ us$ build$ create$ write$ generate$ design$ give$ "
    "i$ we$ want$ need$ like$ a$ an$ the$ my$ app$ for$ "
    "сделай$ сделайте$ создай$ создайте$ напиши$ напишите$ мне$ нам$ пожалуйста$ нужен$ нужна$ "
    "нужно$ хочу$ приложение$ "
    "bitte$ mach$ mache$ erstelle$ erstell$ baue$ bau$ schreib$ schreibe$ mir$ uns$ ich$ möchte$ "
    "will$ brauche$ ein$ eine$ einen$ der$ die$ das$ "
    "haz$ hazme$ crea$ créame$ crear$ quiero$ necesito$ por$ favor$ un$ una$ el$ la$";

/* Where a list begins that the heading has no room for: "pad with red, ..." ends at "pad". */
static size_t before_list(const char *s, size_t comma)
{
    static const char *const joints[] = { " with ", " mit ", " con ", " с ", " of ", " in " };
    for (size_t i = 0; i < sizeof(joints) / sizeof(*joints); i++) {
        const char *at = strstr(s, joints[i]);
        if (at && at > s + 3 && at < s + comma)
            return (size_t)(at - s);
    }
    return comma;
}

/* Where a heading should end: a mark, else the last gap that keeps it short. */
static size_t title_end(const char *s)
{
    enum { CHARS_MAX = 44, LISTED_MAX = 30 };
    size_t chars = 0, gap = 0, comma = 0, i = 0, len = strlen(s), n;
    for (uint32_t cp; i < len; i += n, chars++) {
        n = utf8_decode(s + i, len - i, &cp);
        bool stop = cp < 0x80 && strchr("!?:;(\n", (int)cp);
        if (cp == '?' && chars)
            return i + 1;
        if (stop || (cp == '.' && !isdigit((unsigned char)s[i + 1])) || cp == 0x2014)
            return i;
        if (cp == ' ')
            gap = i;
        if (cp == ',' && !comma)
            comma = i;
        if (comma && chars >= LISTED_MAX)
            return before_list(s, comma);
        if (chars >= CHARS_MAX)
            return gap ? gap : i;
    }
    return i;
}

void text_title(const char *text, char *out, size_t size)
{
    const char *s = text, *run;
    size_t len;
    if (next_quoted(&s, &run, &len)) {
        const char *rest = s, *other;
        size_t other_len;
        if (len && len < 120 && !next_quoted(&rest, &other, &other_len)) {
            copy_trimmed(run, len, out, size);
            capitalise(out);
            return;
        }
    }
    words_t *words = malloc(sizeof(*words));
    if (!words)
        abort();
    words_split(words, text);
    size_t i = 0;
    while (i < words->count && word_is(&words->w[i], lead_words))
        i++;
    s = i < words->count ? text + (words->w[i].s - words->lower) : "";
    words_free(words);
    free(words);
    copy_trimmed(s, title_end(s), out, size);
    if (*out)
        capitalise(out);
}
