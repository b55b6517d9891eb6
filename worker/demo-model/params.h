/* SPDX-License-Identifier: Apache-2.0 */
/* One function an app: reads its parameters out of the prompt, or takes sensible ones. */
#ifndef DEMO_PARAMS_H
#define DEMO_PARAMS_H

#include "pick.h"

void params_timer(const prompt_t *prompt, json_object *out);
void params_todo(const prompt_t *prompt, json_object *out);
void params_quiz(const prompt_t *prompt, json_object *out);
void params_memory(const prompt_t *prompt, json_object *out);
void params_draw(const prompt_t *prompt, json_object *out);
void params_dice(const prompt_t *prompt, json_object *out);
void params_convert(const prompt_t *prompt, json_object *out);
void params_mixer(const prompt_t *prompt, json_object *out);
void params_snake(const prompt_t *prompt, json_object *out);
void params_split(const prompt_t *prompt, json_object *out);
void params_metronome(const prompt_t *prompt, json_object *out);
void params_poll(const prompt_t *prompt, json_object *out);
void params_drum(const prompt_t *prompt, json_object *out);
void params_board(const prompt_t *prompt, json_object *out);

/* Accent of every app: the first colour named, else one by chance. */
void params_accent(const prompt_t *prompt, json_object *out);

#endif
