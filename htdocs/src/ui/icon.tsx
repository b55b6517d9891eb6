// SPDX-License-Identifier: Apache-2.0
let sprite = "";

/** Where public/icons.svg is served; set once at start. */
export function setIconSprite(url: string): void { sprite = url; }

interface Props { name: string; small?: boolean; /** mirrored in right-to-left text */ flip?: boolean }

/** A drawing beside words; never the only carrier of meaning. */
export const Icon = ({ name, small, flip }: Props) => (
  <svg class={`icon${small ? " s" : ""}${flip ? " flip" : ""}`} aria-hidden="true"><use href={`${sprite}#${name}`} /></svg>
);
