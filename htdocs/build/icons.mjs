// SPDX-License-Identifier: Apache-2.0
// Icons of the mark, drawn from the rectangles of public/brick.svg and written as PNG (RFC 2083).
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { deflateSync } from "node:zlib";

const CLAY = [0xa3, 0x32, 0x1c], FACE = [0xfc, 0xfd, 0xfc];

const TABLE = Array.from({ length: 256 }, (_, n) => {
  for (let k = 0; k < 8; k++) n = n & 1 ? 0xedb88320 ^ (n >>> 1) : n >>> 1;
  return n >>> 0;
});
/* node:zlib has one from Node 20 on; Debian 12 has 18. */
const crc32 = (bytes) => (bytes.reduce((c, b) => TABLE[(c ^ b) & 255] ^ (c >>> 8), 0xffffffff) ^ 0xffffffff) >>> 0;

function chunk(type, data) {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]), frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

/** @param margin share of the edge left free on each side */
function draw(rectangles, box, size, margin) {
  const scale = size * (1 - 2 * margin) / box, from = size * margin;
  const rows = Buffer.alloc(size * (1 + size * 3));
  for (let y = 0; y < size; y++) {
    for (let x = 0; x < size; x++) {
      const u = (x + 0.5 - from) / scale, v = (y + 0.5 - from) / scale;
      const brick = rectangles.some(([l, t, w, h]) => u >= l && u < l + w && v >= t && v < t + h);
      rows.set(brick ? CLAY : FACE, y * (1 + size * 3) + 1 + x * 3);
    }
  }
  const head = Buffer.alloc(13);
  head.writeUInt32BE(size, 0);
  head.writeUInt32BE(size, 4);
  head.set([8, 2, 0, 0, 0], 8); // 8 bits, RGB
  return Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), chunk("IHDR", head), chunk("IDAT", deflateSync(rows)), chunk("IEND", Buffer.alloc(0))]);
}

/** Writes the icons into `folder`; returns logical name → hashed name. */
export async function icons(svg, folder, hash) {
  const source = await readFile(svg, "utf8"), made = {};
  const rectangles = [...source.matchAll(/M(\d+) (\d+)h(\d+)v(\d+)/g)].map((m) => m.slice(1).map(Number));
  const files = { "icon-192.png": [192, 0.12], "icon-512.png": [512, 0.12], "icon-maskable-512.png": [512, 0.22], "touch-180.png": [180, 0.14] };
  for (const [name, [size, margin]] of Object.entries(files)) {
    const bytes = draw(rectangles, 28, size, margin);
    made[name] = name.replace(".", `-${hash(bytes)}.`);
    await writeFile(join(folder, made[name]), bytes);
  }
  const sprite = await readFile(svg.replace("brick.svg", "icons.svg"), "utf8");
  made["icons.svg"] = `icons-${hash(sprite)}.svg`;
  await writeFile(join(folder, made["icons.svg"]), sprite);
  made["brick.svg"] = `brick-${hash(source)}.svg`;
  await writeFile(join(folder, made["brick.svg"]), source);
  return made;
}
