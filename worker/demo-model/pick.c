/* SPDX-License-Identifier: Apache-2.0 */
#include "pick.h"

#include <stdlib.h>
#include <string.h>

#include "params.h"

/* Word beginnings in English, German, Spanish, Russian. A strong one names the app, a weak one
 * only hints: "a quiz about dice" is a quiz. */
const app_t demo_apps[] = {
    { "timer", "Timer",
      "timer|countdown|count down|stopwatch|pomodoro|egg clock|kurzzeit|stoppuhr|eieruhr|sanduhr|"
      "temporizador|cronómetro|cronometro|cuenta atrás|cuenta regresiva|таймер|секундомер|"
      "обратный отсчёт|обратный отсчет|помидор",
      "minute|second|minuto|минут|секунд|clock|uhr|reloj|часы", params_timer },
    { "todo", "To do",
      "to-do|todo|to do|checklist|check list|shopping list|packing list|task list|einkaufsliste|"
      "aufgaben|packliste|checkliste|tareas|lista de|список|чек-лист|чеклист|список дел|задач",
      "list|liste|task|chore|дела|покуп|compra", params_todo },
    { "quiz", "Quiz",
      "quiz|trivia|flashcard|test me|wissensspiel|quizfragen|ratespiel|cuestionario|preguntas|"
      "adivinanza|викторин|квиз|тест|опросник знаний",
      "question|frage|pregunta|вопрос|answer", params_quiz },
    { "memory", "Memory",
      "memory game|memory|matching pairs|match pairs|concentration game|pairs game|gedächtnis|"
      "paare finden|memoria|memorama|parejas|мемори|найди пару|найди пары|карточки на память",
      "pairs|paare|pares|пар|cards|karten|cartas|карточ|память", params_memory },
    { "draw", "Drawing pad",
      "draw|drawing|sketch|paint|doodle|whiteboard|canvas|zeichn|zeichen|malen|mal-|skizz|malbrett|dibuj|"
      "pintar|pizarra|bosquejo|рисова|рисун|рисовалк|холст|набросок|порисовать",
      "brush|pinsel|pincel|кист|pen", params_draw },
    { "dice", "Dice",
      "dice|die roller|roll a die|d20|d12|würfel|dado|кубик|кости|игральн|дайс",
      "roll|random number|zufall|azar|бросок|брос", params_dice },
    { "convert", "Unit converter",
      "convert|converter|unit|umrechn|einheiten|konverter|convertidor|conversor|convertir|"
      "unidades|конвертер|конвертор|единиц|перевод величин|перевести",
      "fahrenheit|celsius|kilomet|miles|meilen|millas|pound|libras|фунт|мил|градус|inch|дюйм",
      params_convert },
    { "mixer", "Colour mixer",
      "colour mix|color mix|mix colour|mix color|colour pick|color pick|colormixer|rgb|hsl|palette|"
      "farbmisch|farben misch|farbpalette|mezclador de color|mezclar color|mezcla color|paleta|"
      "смеш|палитр|миксер цвет|смеситель",
      "colour|color|farbe|цвет|mixer", params_mixer },
    { "snake", "Snake",
      "snake|schlange|serpiente|culebrita|змейк|змея|змейка|вивор",
      "arcade|game|spiel|juego|игр", params_snake },
    { "split", "Split the bill",
      "split|expense|share the bill|who owes|tip calculator|ausgaben|rechnung teil|kostenteil|"
      "rechnung|trinkgeld|teilen|gastos|dividir|cuenta entre|repartir|расход|раздели|разделить|"
      "поделить|делёж|счёт на",
      "bill|tip|kosten|propina|счёт|счет|чаевые|budget|бюджет", params_split },
    { "drum", "Drum machine",
      "drum|sequencer|beat machine|beatbox|step sequencer|schlagzeug|trommel|batería|caja de ritmos|"
      "барабан|драм|секвенсор|бит-машин",
      "beat|groove|loop", params_drum },
    { "metronome", "Metronome",
      "metronom|metrónomo|метроном|tempo keeper|click track|taktgeber",
      "bpm|tempo|темп|beat|takt|compás|ритм", params_metronome },
    { "poll", "Poll",
      "poll|vote|voting|survey|ballot|umfrage|abstimm|wahl|encuesta|votación|votacion|votar|опрос|"
      "голосов|проголос",
      "choose|option|prefer|favourite|favorite|lieblings|вариант|favorit", params_poll },
    { "board", "Counters", "", "", params_board },
    { NULL, NULL, NULL, NULL, NULL },
};

uint64_t pick_random(uint64_t *state)
{
    /* splitmix64, by Sebastiano Vigna's public description */
    uint64_t z = *state += 0x9E3779B97F4A7C15u;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    return z ^ z >> 31;
}

/* Three points for a name, one for a hint; `first` is where a name stands. */
static int score(const char *lower, const app_t *app, size_t *first)
{
    const char *strong = *app->strong ? text_find(lower, app->strong) : NULL;
    const char *weak = *app->weak ? text_find(lower, app->weak) : NULL;
    const char *at = strong ? strong : weak;
    *first = at ? (size_t)(at - lower) : 0;
    return (strong ? 3 : 0) + (weak ? 1 : 0);
}

const app_t *pick_app(const words_t *words)
{
    const app_t *best = NULL, *app = demo_apps;
    int best_score = 0;
    size_t best_first = 0;
    for (; *app->strong; app++) {
        size_t first;
        int points = score(words->lower, app, &first);
        bool names = points >= 3, best_names = best_score >= 3;
        if (points == 0)
            continue;
        /* Of two apps named the earlier counts; hints only help where nothing is named. */
        if (!best || (names && !best_names)
            || (names == best_names
                && (names ? first < best_first
                          : points > best_score || (points == best_score && first < best_first)))) {
            best = app;
            best_score = points;
            best_first = first;
        }
    }
    return best ? best : app;
}

static uint64_t hash(const char *text, uint64_t seed)
{
    uint64_t h = 14695981039346656037u ^ seed * 0x9E3779B97F4A7C15u;
    for (; *text; text++)
        h = (h ^ (unsigned char)*text) * 1099511628211u;
    return h;
}

const app_t *pick(const char *text, uint64_t seed, json_object **params)
{
    words_t *words = malloc(sizeof(*words));
    prompt_t *prompt = malloc(sizeof(*prompt));
    char title[200];
    if (!words || !prompt)
        abort();
    words_split(words, text);
    *prompt = (prompt_t){ .text = text, .words = words, .random = hash(text, seed) };
    text_items(text, &prompt->items);
    text_title(text, title, sizeof(title));

    const app_t *app = pick_app(words);
    json_object *out = json_object_new_object();
    json_object_object_add(out, "title", json_object_new_string(*title ? title : app->title));
    params_accent(prompt, out);
    app->params(prompt, out);
    words_free(words);
    free(words);
    free(prompt);
    *params = out;
    return app;
}
