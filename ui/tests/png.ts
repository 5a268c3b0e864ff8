import { crc32, deflateSync, inflateSync } from "node:zlib";

const SIGNATURE = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);

/** The same picture in fewer bytes: compressed as well as it can be, and without what is not shown. */
export function smallPng(png: Buffer): Buffer {
  const parts = chunksOf(png);
  const header = parts.find(({ type }) => type === "IHDR");
  if (header === undefined) throw new Error("this is no PNG picture");
  const pixels = inflateSync(
    Buffer.concat(parts.filter(({ type }) => type === "IDAT").map(({ data }) => data)),
  );
  return Buffer.concat([
    SIGNATURE,
    chunk("IHDR", header.data),
    chunk("IDAT", deflateSync(pixels, { level: 9, memLevel: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunksOf(png: Buffer): { type: string; data: Buffer }[] {
  const parts = [];
  for (let at = SIGNATURE.length; at < png.length;) {
    const length = png.readUInt32BE(at);
    parts.push({
      type: png.toString("latin1", at + 4, at + 8),
      data: png.subarray(at + 8, at + 8 + length),
    });
    at += length + 12;
  }
  return parts;
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}
