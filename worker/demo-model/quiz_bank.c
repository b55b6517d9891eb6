/* SPDX-License-Identifier: Apache-2.0 */
#include "quiz_bank.h"

#include <stdio.h>

#include "pick.h"

enum { ROWS = 8 };

typedef struct {
    const char *stems;
    const char *rows[ROWS][5];
} topic_t;

static const topic_t topics[] = {
    { "capital geograph countr hauptst geogra paises países столиц географ стран", {
        { "Which city is the capital of Australia?", "Canberra", "Sydney", "Melbourne", "Perth" },
        { "Which city is the capital of Canada?", "Ottawa", "Toronto", "Montreal", "Vancouver" },
        { "Which city is the capital of Morocco?", "Rabat", "Casablanca", "Fez", "Tangier" },
        { "Which city is the capital of Türkiye?", "Ankara", "Istanbul", "Izmir", "Bursa" },
        { "Which city is the capital of Kazakhstan?", "Astana", "Almaty", "Bishkek", "Tashkent" },
        { "Which city is the capital of New Zealand?", "Wellington", "Auckland", "Dunedin", "Napier" },
        { "Which city is the capital of Uruguay?", "Montevideo", "Asunción", "Lima", "Quito" },
        { "Which city is the capital of Iceland?", "Reykjavík", "Akureyri", "Tórshavn", "Nuuk" } } },
    { "space planet astronom weltraum espacio космос планет астроном", {
        { "Which planet has the shortest day?", "Jupiter", "Mars", "Venus", "Neptune" },
        { "Which planet is hottest at the surface?", "Venus", "Mercury", "Mars", "Jupiter" },
        { "What is the largest moon of Saturn?", "Titan", "Europa", "Triton", "Rhea" },
        { "How long does sunlight take to Earth?", "About 8 minutes", "About 8 seconds",
          "About an hour", "About a day" },
        { "Which planet spins on its side?", "Uranus", "Saturn", "Mars", "Earth" },
        { "What is Olympus Mons?", "A volcano on Mars", "A sea on the Moon", "A comet", "A crater" },
        { "Which element is the Sun mostly made of?", "Hydrogen", "Iron", "Oxygen", "Carbon" },
        { "What lies between Mars and Jupiter?", "The asteroid belt", "The Oort cloud", "Pluto",
          "A ring of ice" } } },
    { "animal nature tier natur animales animal животн природ звер", {
        { "Which bird can fly backwards?", "Hummingbird", "Swift", "Owl", "Crane" },
        { "How many hearts has an octopus?", "Three", "One", "Two", "Eight" },
        { "What is a group of crows called?", "A murder", "A parliament", "A school", "A pride" },
        { "Which mammal lays eggs?", "Platypus", "Otter", "Bat", "Hedgehog" },
        { "Which animal sleeps on one half of its brain?", "Dolphin", "Horse", "Koala", "Hare" },
        { "What do bees make honey from?", "Nectar", "Pollen", "Dew", "Wax" },
        { "Which animal has fingerprints much like ours?", "Koala", "Sloth", "Raccoon", "Seal" },
        { "Which is the largest living lizard?", "Komodo dragon", "Iguana", "Monitor", "Gila" } } },
    { "", {
        { "Which metal is liquid at room temperature?", "Mercury", "Tin", "Zinc", "Lead" },
        { "How many keys has a full piano?", "88", "76", "92", "64" },
        { "Who wrote the first published algorithm?", "Ada Lovelace", "Alan Turing", "Grace Hopper",
          "Charles Babbage" },
        { "Which bond shifts every course by half a brick?", "Running bond", "Stack bond",
          "Basket weave", "Herringbone" },
        { "What does a sundial need?", "Sunlight", "Wind", "Water", "A battery" },
        { "Which ocean is the largest?", "Pacific", "Atlantic", "Indian", "Arctic" },
        { "In which country were the first Olympics held?", "Greece", "Italy", "Egypt", "France" },
        { "What is measured in hertz?", "Frequency", "Weight", "Distance", "Heat" } } },
};

static json_object *row_of(const char *const text[5])
{
    json_object *row = json_object_new_array();
    for (size_t i = 0; i < 5; i++)
        json_object_array_add(row, json_object_new_string(text[i]));
    return row;
}

static json_object *sum_row(uint64_t *random)
{
    char text[5][32];
    const char *row[5] = { text[0], text[1], text[2], text[3], text[4] };
    int a = (int)(pick_random(random) % 11) + 2, b = (int)(pick_random(random) % 11) + 2;
    bool times = pick_random(random) % 2;
    int right = times ? a * b : a * 7 + b;
    snprintf(text[0], sizeof(text[0]), times ? "%d × %d = ?" : "%d + %d = ?", times ? a : a * 7, b);
    snprintf(text[1], sizeof(text[1]), "%d", right);
    snprintf(text[2], sizeof(text[2]), "%d", right + 1 + (int)(pick_random(random) % 2));
    snprintf(text[3], sizeof(text[3]), "%d", right + 10);
    snprintf(text[4], sizeof(text[4]), "%d", right - 1);
    return row_of(row);
}

json_object *quiz_questions(const words_t *words, size_t count, uint64_t *random)
{
    json_object *out = json_object_new_array();
    if (words_have(words, "math arithm rechnen einmaleins matem арифмет матем multipl счёту")) {
        for (size_t i = 0; i < count && i < 20; i++)
            json_object_array_add(out, sum_row(random));
        return out;
    }
    const topic_t *topic = topics;
    while (*topic->stems && !words_have(words, topic->stems))
        topic++;
    size_t start = pick_random(random) % ROWS;
    for (size_t i = 0; i < count && i < ROWS; i++)
        json_object_array_add(out, row_of(topic->rows[(start + i * 3) % ROWS]));
    return out;
}
