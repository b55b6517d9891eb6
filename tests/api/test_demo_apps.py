# SPDX-License-Identifier: Apache-2.0
"""wall-demo-model: which app words make, and what they change in it."""

import re

import pytest

from tests.api.demo_model import server  # noqa: F401

APPS = [
    # a class or id only this app has, prompts in four languages
    ('id="hand"', ["a timer", "Kurzzeitwecker", "temporizador", "таймер", "Stoppuhr", "Pomodoro"]),
    ('id="clear" type="button">Clear done', ["to-do list", "Einkaufsliste", "lista de tareas",
                                             "список дел", "Todo"]),
    ('id="verdict"', ["Quiz about space", "Ein Quiz", "cuestionario", "викторина", "trivia"]),
    ('id="cards"></div>\n  <div class="row foot">', ["memory game", "Gedächtnisspiel",
                                                     "juego de memoria", "игра найди пару"]),
    ('id="sheet"', ["a drawing pad", "Zeichenbrett", "pizarra", "рисовалка"]),
    ('id="table"', ["roll dice", "Würfel", "dos dados", "кубики"]),
    ('id="from-unit"', ["unit converter", "Einheiten umrechnen", "conversor", "конвертер величин"]),
    ('id="strip"', ["colour mixer", "Farbmischer", "mezclador de colores", "смешать цвета"]),
    ('id="board"', ["snake", "Schlange", "serpiente", "змейка"]),
    ('id="debts"', ["split expenses", "Ausgaben teilen", "dividir gastos", "раздели счёт"]),
    ('id="beats"', ["metronome", "Metronom", "metrónomo", "метроном"]),
    ('id="options"', ["poll", "Umfrage", "encuesta", "опрос"]),
    ('class="drum"', ["drum machine", "Schlagzeug", "caja de ritmos", "драм-машина"]),
    ('id="notes"', ["something else entirely", "", "???", "鳥を数える"]),
]


@pytest.mark.parametrize("mark,prompt", [(m, p) for m, prompts in APPS for p in prompts if p])
def test_words_choose_the_app(server, mark, prompt):
    html, css, js = server.app(prompt)
    assert mark in html
    whole = html + css + js
    assert "{{" not in whole and "SPDX" not in whole
    assert not re.search(r"\son\w+=", html), "inline handler"
    assert "<form" not in html and "<script" not in html
    assert not re.search(r"https?:|url\(|@import|localStorage|document\.cookie|fetch\(|\balert\(|"
                         r"\bprompt\(|\bconfirm\(|innerHTML", whole)
    assert "prefers-reduced-motion" in css and "light-dark(" in css
    assert html.count("<h1>") == 1


@pytest.mark.parametrize("prompt,part,text", [
    ("a 7 minute timer", 2, "length = 420 * 1000"),
    ("Timer für 1 Stunde 30 Minuten", 2, "length = 5400 * 1000"),
    ("таймер на пять минут", 2, "length = 300 * 1000"),
    ("temporizador de 90 segundos", 2, "length = 90 * 1000"),
    ("stopwatch", 2, 'mode = "up"'),
    ("roll 3d20", 0, 'id="sides" type="number" min="2" max="100" value="20"'),
    ("two six-sided dice", 0, 'id="count" type="number" min="1" max="12" value="2"'),
    ("four 8-sided dice", 0, 'max="100" value="8"'),
    ("Metronome at 72 bpm", 2, "bpm = 72,"),
    ("metronome, tempo 140, 3/4", 2, "bpm = 140, beats = 3"),
    ("snake on a 12x20 grid", 2, "columns = 12, rows = 20"),
    ("snake where you pass through walls", 2, "wrap = true"),
    ("memory with 6 pairs", 2, "pairs = 6,"),
    ("packing list: tent, map and rope", 2, '["Tent", "Map", "Rope"]'),
    ('poll "Thai" "Ramen"', 2, '["Thai", "Ramen"]'),
    ("Split the bill: Ana, Ben. In dollars", 2, '["Ana", "Ben"]'),
    ("quiz with 3 questions about space", 0, "of 3"),
    ("a maths quiz", 2, "= ?"),
    ("convert 12.5 kg", 0, 'value="12.5"'),
    ("draw with red and blue", 2, '["#c8321f", "#2b62c4"]'),
    ("a red timer", 1, "--hue: 25;"),
    ("blauer Timer", 1, "--hue: 250;"),
    ("drum machine with 8 steps and two voices", 2, "steps = 8,"),
])
def test_parameters_change_the_app(server, prompt, part, text):
    assert text in server.app(prompt)[part]


@pytest.mark.parametrize("prompt,title", [
    ("Please make me a tea timer.", "Tea timer"),
    ("Сделай мне таймер для чая", "Таймер для чая"),
    ("Ich brauche einen Würfel", "Würfel"),
    ('a timer called "Nap"', "Nap"),
    ("Where do we eat? A poll: Thai, Pizza", "Where do we eat?"),
    ("to-do list", "To-do list"),
    ("Drawing pad with red, blue, green, black and white", "Drawing pad"),
    ('dice named "<script>alert(1)</script>"', "&#60;script&#62;alert(1)&#60;/script&#62;"),
    ('dice named "```js"', "&#96;&#96;&#96;js"),
])
def test_title(server, prompt, title):
    assert f"<h1>{title}</h1>" in server.app(prompt)[0]


def test_values_are_escaped_in_scripts(server):
    html, css, js = server.app('poll: </script><b>, "x\\", `${1}`')
    assert "</script" not in js and "\\u003c/script\\u003e" in js and "`" not in js.split("\n")[0]
    assert '\\"X\\\\\\"' in js or '\\"x\\\\\\"' in js


def test_same_seed_same_bytes(server):
    first = server.answer("quiz", seed=5)
    assert first == server.answer("quiz", seed=5)
    assert len({server.answer("quiz", seed=n) for n in range(6)}) > 3


def test_long_and_odd_prompts(server):
    for prompt in ("x" * 100000, "слово " * 5000, ": , , ,", '"', "«", "\u0000", "🙂" * 300,
                   "timer 99999999999999999999 minutes", "0d0 dice", "snake 0x0", "[[", "[[fault:"):
        server.app(prompt)
