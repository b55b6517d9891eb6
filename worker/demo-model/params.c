/* SPDX-License-Identifier: Apache-2.0 */
#include "params.h"

#include <string.h>

#include "quiz_bank.h"

typedef struct {
    const char *stems;
    int hue;
    double chroma;
    const char *hex;
} colour_t;

static const colour_t colours[] = {
    { "red$ crimson$ scarlet$ rot$ rote roter rotes roten rojo roja красн алый", 25, .17, "#c8321f" },
    { "orange$ оранж naranja", 52, .16, "#e07a1c" },
    { "yellow$ gelb amarill жёлт желт gold$", 85, .15, "#e3b61f" },
    { "green$ grün verde$ зелен зелён olive$ mint$", 145, .14, "#2f8a4a" },
    { "teal$ turquoise$ cyan$ türkis turquesa бирюз", 190, .11, "#17877f" },
    { "blue$ blau azul$ синий синяя синее синим голуб navy$", 250, .15, "#2b62c4" },
    { "purple$ violet$ plum$ lila$ violett morad фиолет лилов", 300, .16, "#7b3fb5" },
    { "pink$ rosa$ розов magenta", 350, .16, "#d6428a" },
    { "brown$ braun marrón коричн", 55, .08, "#7a4a28" },
    { "black$ schwarz negro negra черн чёрн", 250, .01, "#1b1d1f" },
    { "white$ weiß blanco blanca белый белая белое", 250, .01, "#f4f4f0" },
    { "grey$ gray$ grau$ graue gris$ серый серая серое", 250, .01, "#83888c" },
};
enum { COLOURS = sizeof(colours) / sizeof(*colours) };

static void set_int(json_object *out, const char *key, int64_t value)
{
    json_object_object_add(out, key, json_object_new_int64(value));
}

static void set_str(json_object *out, const char *key, const char *value)
{
    json_object_object_add(out, key, json_object_new_string(value));
}

/* A number found in the prompt, within bounds; the default if there was none. */
static void set_number(json_object *out, const char *key, double found, double fallback, double low,
                       double high)
{
    double v = found < 0 ? fallback : found;
    set_int(out, key, (int64_t)(v < low ? low : v > high ? high : v));
}

static size_t chance(const prompt_t *prompt, uint64_t salt, size_t n)
{
    uint64_t state = prompt->random + salt;
    return (size_t)(pick_random(&state) % n);
}

/* The prompt's list, else one of the given sets ("a|b|c"). */
static json_object *list(const prompt_t *prompt, const char *const *sets, size_t count)
{
    json_object *array = json_object_new_array();
    for (size_t i = 0; i < prompt->items.count; i++)
        json_object_array_add(array, json_object_new_string(prompt->items.item[i]));
    if (prompt->items.count)
        return array;
    const char *p = sets[chance(prompt, 1, count)];
    for (; *p; p += strcspn(p, "|"), p += *p == '|')
        json_object_array_add(array, json_object_new_string_len(p, (int)strcspn(p, "|")));
    return array;
}

/* The colours named, in the prompt's order. */
static size_t named_colours(const prompt_t *prompt, const colour_t **out, size_t max)
{
    size_t n = 0;
    for (size_t i = 0; i < prompt->words->count && n < max; i++) {
        for (size_t c = 0; c < COLOURS; c++) {
            if (word_is(&prompt->words->w[i], colours[c].stems)) {
                out[n++] = &colours[c];
                break;
            }
        }
    }
    return n;
}

void params_accent(const prompt_t *prompt, json_object *out)
{
    static const int hues[] = { 28, 70, 135, 175, 205, 250, 285, 330 };
    const colour_t *named = NULL;
    double chroma = .14;
    int hue = hues[chance(prompt, 0, sizeof(hues) / sizeof(*hues))];
    if (named_colours(prompt, &named, 1)) {
        hue = named->hue;
        chroma = named->chroma;
    }
    set_int(out, "hue", hue);
    json_object_object_add(out, "chroma", json_object_new_double(chroma));
}

void params_timer(const prompt_t *prompt, json_object *out)
{
    const words_t *w = prompt->words;
    double hours = number_before(w, "hour std stunde hora час", 1);
    double minutes = number_before(w, "min мин", 1);
    double seconds = number_before(w, "sec sek seg сек", 1);
    double total = -1;
    if (hours >= 0 || minutes >= 0 || seconds >= 0)
        total = (hours > 0 ? hours * 3600 : 0) + (minutes > 0 ? minutes * 60 : 0)
                + (seconds > 0 ? seconds : 0);
    bool up = words_have(w, "stopwatch stoppuhr cronómetro cronometro секундомер") && total < 0;
    double usual = words_have(w, "pomodoro помидор focus fokus") ? 1500
                 : words_have(w, "egg eier huevo яйц яиц") ? 390 : 300;
    set_number(out, "seconds", up ? 0 : total, usual, up ? 0 : 1, 86400);
    set_str(out, "mode", up ? "up" : "down");
}

void params_todo(const prompt_t *prompt, json_object *out)
{
    static const char *const sets[] = {
        "Water the tomatoes|Answer Tamsin|Book the dentist",
        "Buy bread|Return the library books|Call the plumber",
        "Plan Saturday|Oil the bike chain|Send the photos",
    };
    json_object_object_add(out, "items", list(prompt, sets, 3));
}

void params_quiz(const prompt_t *prompt, json_object *out)
{
    double count = number_before(prompt->words, "question frage pregunta вопрос", 2);
    uint64_t random = prompt->random;
    json_object *questions = quiz_questions(prompt->words, count < 1 ? 5 : (size_t)count, &random);
    set_int(out, "total", (int64_t)json_object_array_length(questions));
    json_object_object_add(out, "questions", questions);
}

void params_memory(const prompt_t *prompt, json_object *out)
{
    double pairs = number_before(prompt->words, "pair paar pareja pares пар", 2), a, b;
    if (pairs < 0 && number_pair(prompt->words, "x х × by auf por на", &a, &b))
        pairs = a * b / 2;
    static const char *const themes[] = { "●|■|▲|◆|★|✚|♥|♣|♠|☀|☂|☾", "☀|☂|☾|★|✿|❄|⚑|♫|⚓|✈|♞|⌛",
                                          "♞|♜|♛|♝|♣|♠|♥|♦|★|✚|◆|●" };
    set_number(out, "pairs", pairs, 8, 2, 12);
    const prompt_t bare = { .words = prompt->words, .random = prompt->random };
    const prompt_t *source = prompt->items.count >= 4 ? prompt : &bare;
    json_object *symbols = list(source, themes, 3);
    if (source == prompt)
        set_int(out, "pairs", (int64_t)json_object_array_length(symbols));
    json_object_object_add(out, "symbols", symbols);
    set_int(out, "seed", (int64_t)(prompt->random % 1000000));
}

void params_draw(const prompt_t *prompt, json_object *out)
{
    const colour_t *named[8];
    size_t n = named_colours(prompt, named, 8);
    json_object *pens = json_object_new_array();
    if (n < 2) {
        static const size_t usual[] = { 9, 0, 1, 2, 3, 5, 6, 7 };
        for (size_t i = 0; i < sizeof(usual) / sizeof(*usual); i++)
            json_object_array_add(pens, json_object_new_string(colours[usual[i]].hex));
    }
    for (size_t i = 0; n >= 2 && i < n; i++)
        json_object_array_add(pens, json_object_new_string(named[i]->hex));
    json_object_object_add(out, "pens", pens);
    set_number(out, "size", number_before(prompt->words, "px pixel пикс", 1), 6, 1, 40);
}

void params_dice(const prompt_t *prompt, json_object *out)
{
    const words_t *w = prompt->words;
    double count = -1, sides = -1, a, b;
    if (number_pair(w, "d$ w$ к$ д$", &a, &b)) {
        count = a;
        sides = b;
    } else {
        sides = number_before(w, "sided side seit гран caras lados", 1);
        double after = number_after(w, "d$ w$ к$");
        if (sides < 0)
            sides = after;
        for (size_t i = 0; i < w->count && count < 0; i++) {
            bool of_sides = i + 1 < w->count && word_is(&w->w[i + 1], "sided side seit гран");
            for (size_t k = 1; w->w[i].num >= 0 && !of_sides && k <= 3 && i + k < w->count; k++) {
                if (word_is(&w->w[i + k], "dice die$ würfel dado кубик кост"))
                    count = w->w[i].num;
            }
        }
    }
    set_number(out, "count", count, 2, 1, 12);
    set_number(out, "sides", sides, 6, 2, 100);
}

void params_convert(const prompt_t *prompt, json_object *out)
{
    static const struct { const char *kind, *stems; } kinds[] = {
        { "temperature", "temperat celsius fahrenheit kelvin температур градус" },
        { "mass", "weight mass kilo$ kilogram gram pound ounce gewicht pfund peso libra вес фунт "
                  "килограмм кг kg lb" },
        { "volume", "volume litre liter gallon cup volumen litro литр галлон объ" },
        { "speed", "speed kmh mph geschwind velocidad скорост" },
    };
    const char *kind = "length";
    for (size_t i = sizeof(kinds) / sizeof(*kinds); i-- > 0;) {
        if (words_have(prompt->words, kinds[i].stems))
            kind = kinds[i].kind;
    }
    double value = -1;
    for (size_t i = 0; i < prompt->words->count && value < 0; i++)
        value = prompt->words->w[i].num;
    set_str(out, "kind", kind);
    json_object_object_add(out, "value", json_object_new_double(value < 0 ? 20 : value));
}

void params_mixer(const prompt_t *prompt, json_object *out)
{
    const colour_t *named[2];
    size_t n = named_colours(prompt, named, 2);
    size_t first = chance(prompt, 2, 8);
    set_str(out, "left", n > 0 ? named[0]->hex : colours[first].hex);
    set_str(out, "right", n > 1 ? named[1]->hex : colours[(first + 3) % 8].hex);
    set_number(out, "steps", number_before(prompt->words, "step stuf pasos шаг", 2), 7, 3, 15);
}

void params_snake(const prompt_t *prompt, json_object *out)
{
    double a = -1, b = -1;
    if (!number_pair(prompt->words, "x х × by auf por на", &a, &b))
        a = b = number_before(prompt->words, "cell feld celda клет", 2);
    bool fast = words_have(prompt->words, "fast quick schnell rápid rapid быстр");
    bool slow = words_have(prompt->words, "slow langsam lent медлен");
    set_number(out, "columns", a, 18, 8, 40);
    set_number(out, "rows", b, 18, 8, 40);
    set_int(out, "pace", fast ? 90 : slow ? 220 : 140);
    bool wrap = words_have(prompt->words, "wrap through endless durch atraves сквозь бесконеч");
    json_object_object_add(out, "wrap", json_object_new_boolean(wrap));
    set_int(out, "seed", (int64_t)(prompt->random % 1000000));
}

void params_split(const prompt_t *prompt, json_object *out)
{
    static const char *const names[] = { "Mira", "Jonas", "Tamsin", "Noor", "Bay",
                                         "Lena", "Ilya", "Ana" };
    double people = number_before(prompt->words, "people friend person flatmate personen freund "
                                  "leute amig человек друз чел", 2);
    json_object *array = json_object_new_array();
    size_t n = people < 2 ? 3 : people > 8 ? 8 : (size_t)people, first = chance(prompt, 3, 8);
    for (size_t i = 0; i < prompt->items.count && i < 8; i++)
        json_object_array_add(array, json_object_new_string(prompt->items.item[i]));
    for (size_t i = 0; !prompt->items.count && i < n; i++)
        json_object_array_add(array, json_object_new_string(names[(first + i) % 8]));
    json_object_object_add(out, "people", array);
    const char *sign = strstr(prompt->text, "€") || words_have(prompt->words, "euro евро") ? "€"
                     : strstr(prompt->text, "₽") || words_have(prompt->words, "rub$ рубл") ? "₽"
                     : strstr(prompt->text, "£") || words_have(prompt->words, "pound") ? "£"
                     : strchr(prompt->text, '$') || words_have(prompt->words, "dollar доллар") ? "$"
                     : "€";
    set_str(out, "currency", sign);
}

static double tempo(const prompt_t *prompt)
{
    double bpm = number_before(prompt->words, "bpm beats$ schläge удар уд$", 1);
    return bpm > 20 ? bpm : number_after(prompt->words, "tempo bpm темп");
}

void params_metronome(const prompt_t *prompt, json_object *out)
{
    double beats = number_before(prompt->words, "beat takt tiempos дол", 1);
    const char *slash = strchr(prompt->text, '/');
    if (slash && slash > prompt->text && slash[-1] >= '2' && slash[-1] <= '9'
        && (slash[1] == '4' || slash[1] == '8'))
        beats = slash[-1] - '0';
    set_number(out, "bpm", tempo(prompt), 96, 30, 240);
    set_number(out, "beats", beats > 12 ? -1 : beats, 4, 2, 12);
}

void params_drum(const prompt_t *prompt, json_object *out)
{
    set_number(out, "bpm", tempo(prompt), 112, 40, 220);
    set_number(out, "steps", number_before(prompt->words, "step schritt paso шаг", 1), 16, 4, 16);
    int64_t steps = json_object_get_int64(json_object_object_get(out, "steps"));
    set_int(out, "beside", steps > 8 ? (steps + 1) / 2 : steps);    /* on a phone, two lines a voice */
    set_number(out, "voices", number_before(prompt->words, "voice stimm voces track голос дорож", 1),
               4, 1, 4);
    set_int(out, "groove", (int64_t)chance(prompt, 4, 3));
}

void params_poll(const prompt_t *prompt, json_object *out)
{
    static const char *const sets[] = { "Picnic by the river|Board games|Open-air cinema",
                                        "Soup|Curry|Pasta|Salad", "Friday|Saturday|Sunday" };
    json_object_object_add(out, "options", list(prompt, sets, 3));
}

void params_board(const prompt_t *prompt, json_object *out)
{
    static const char *const sets[] = { "Ideas|Done|Open", "Yes|No|Maybe", "Ours|Theirs" };
    json_object_object_add(out, "items", list(prompt, sets, 3));
}
