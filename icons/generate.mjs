// Draws every icon from the SVG sources in icons/source. The results are committed; run this after a change of a source:
//   node icons/generate.mjs        (needs rsvg-convert: apt-get install librsvg2-bin)
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const APP_SIZES = [32, 128, 256, 512];
const ICO_SIZES = [16, 24, 32, 48, 256];
// Apple's type codes for PNG images, by size in pixels.
const ICNS_TYPES = { 32: "ic11", 64: "ic12", 128: "ic07", 256: "ic08", 512: "ic09", 1024: "ic10" };
const TRAY_LOOKS = ["idle", "active", "alert"];
// Panels scale it down, to 16 to 48 px; a power of two of 16 keeps the edges on the grid.
const TRAY_SIZE = 64;

function draw(source, size) {
  const file = join(here, "source", `${source}.svg`);
  return execFileSync("rsvg-convert", ["--width", size, "--height", size, file].map(String));
}

// Windows: a directory of images, then the images, each a PNG.
function ico(sizes) {
  const images = sizes.map((size) => draw("app", size));
  const head = Buffer.alloc(6 + 16 * sizes.length);
  head.writeUInt16LE(1, 2);
  head.writeUInt16LE(sizes.length, 4);
  let offset = head.length;
  sizes.forEach((size, index) => {
    const entry = 6 + 16 * index;
    head.writeUInt8(size % 256, entry);
    head.writeUInt8(size % 256, entry + 1);
    head.writeUInt16LE(1, entry + 4);
    head.writeUInt16LE(32, entry + 6);
    head.writeUInt32LE(images[index].length, entry + 8);
    head.writeUInt32LE(offset, entry + 12);
    offset += images[index].length;
  });
  return Buffer.concat([head, ...images]);
}

// macOS: chunks of a four-letter type, a length that counts its own head, and a PNG.
function icns(types) {
  const chunk = (type, data) => {
    const head = Buffer.alloc(8);
    head.write(type, 0, "latin1");
    head.writeUInt32BE(8 + data.length, 4);
    return Buffer.concat([head, data]);
  };
  const chunks = Object.entries(types).map(([size, type]) => chunk(type, draw("app", size)));
  return chunk("icns", Buffer.concat(chunks));
}

mkdirSync(join(here, "app"), { recursive: true });
mkdirSync(join(here, "tray"), { recursive: true });
for (const size of APP_SIZES) writeFileSync(join(here, "app", `${size}x${size}.png`), draw("app", size));
writeFileSync(join(here, "app", "icon.ico"), ico(ICO_SIZES));
writeFileSync(join(here, "app", "icon.icns"), icns(ICNS_TYPES));
for (const look of TRAY_LOOKS) writeFileSync(join(here, "tray", `${look}.png`), draw(`tray-${look}`, TRAY_SIZE));
