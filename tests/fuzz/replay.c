/* SPDX-License-Identifier: Apache-2.0 */
/* Stands in for libFuzzer's main(): runs the target over a corpus folder (an argument, or CORPUS
 * below tests/fuzz) and over mutations of each file. The same seed gives the same run. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

#define SIZE_LIMIT 65536
#define MUTATIONS  1000

static uint32_t state = 20261121;

static uint32_t next_random(void)
{
    /* Marsaglia's xorshift32. */
    state ^= state << 13;
    state ^= state >> 17;
    state ^= state << 5;
    return state;
}

static void mutate(uint8_t *data, size_t *size)
{
    static const char marks[] = "{}[]\",:\\u0123456789-+.eE %/@\n";
    size_t at = next_random() % *size;

    switch (next_random() % 5) {
    case 0:
        data[at] = (uint8_t)next_random();
        break;
    case 1:
        data[at] = (uint8_t)marks[next_random() % (sizeof(marks) - 1)];
        break;
    case 2:
        memmove(data + at, data + at + 1, *size - at - 1);
        (*size)--;
        break;
    case 3:
        memmove(data + at + 1, data + at, *size - at);
        data[at] = (uint8_t)marks[next_random() % (sizeof(marks) - 1)];
        (*size)++;
        break;
    default:
        *size = at + 1;
        break;
    }
}

/* Each input gets a block of exactly its size, so that a sanitizer sees one byte too many. */
static void run(const uint8_t *data, size_t size)
{
    uint8_t *exact = malloc(size > 0 ? size : 1);

    if (exact == NULL)
        abort();
    memcpy(exact, data, size);
    LLVMFuzzerTestOneInput(exact, size);
    free(exact);
}

static int replay(const char *file)
{
    static uint8_t whole[SIZE_LIMIT + 8], work[SIZE_LIMIT + 8];
    FILE *in = fopen(file, "rb");
    size_t size, i, j;

    if (in == NULL)
        return 0;
    size = fread(whole, 1, SIZE_LIMIT, in);
    fclose(in);
    run(whole, size);
    for (i = 0; size > 0 && size < 4096 && i < MUTATIONS; i++) {
        size_t changed = size;

        memcpy(work, whole, size);
        for (j = next_random() % 4; j < 4 && changed > 0 && changed < SIZE_LIMIT; j++)
            mutate(work, &changed);
        run(work, changed);
    }
    return 1;
}

int main(int argc, char **argv)
{
    const char *root = getenv("WALL_SRCDIR");
    char folder[4096], file[8192];
    struct dirent *entry;
    int files = 0;
    DIR *dir;

    if (argc > 1)
        snprintf(folder, sizeof(folder), "%s", argv[1]);
    else
        snprintf(folder, sizeof(folder), "%s/tests/fuzz/%s", root ? root : ".", CORPUS);
    dir = opendir(folder);
    while (dir != NULL && (entry = readdir(dir)) != NULL) {
        if (entry->d_name[0] == '.')
            continue;
        snprintf(file, sizeof(file), "%s/%s", folder, entry->d_name);
        files += replay(file);
    }
    if (dir != NULL)
        closedir(dir);
    printf("%s: %d files\n", folder, files);
    return files > 0 ? 0 : 1;
}
