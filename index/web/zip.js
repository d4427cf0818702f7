/** Write zip archives without compression (APPNOTE 6.3, method 0), names in UTF-8. */

const UTF8 = 0x0800;
const VERSION = 20;
const DAY = 0x21;
/** 1 January 1980, the first day that a zip knows */

const TABLE = Uint32Array.from({ length: 256 }, (_, n) => {
  let c = n;
  for (let bit = 0; bit < 8; bit += 1) c = c & 1 ? (c >>> 1) ^ 0xedb88320 : c >>> 1;
  return c >>> 0;
});

/** Return the CRC-32 of bytes. */
function crc32(bytes) {
  let c = 0xffffffff;
  for (const byte of bytes) c = TABLE[(c ^ byte) & 0xff] ^ (c >>> 8);
  return (c ^ 0xffffffff) >>> 0;
}

/** Return the parts of an archive of files [{name, text}]. */
export function zip(files) {
  const coder = new TextEncoder();
  const [parts, index] = [[], []];
  let at = 0;
  for (const file of files) {
    const [name, data] = [coder.encode(file.name), coder.encode(file.text)];
    const about = [VERSION, 2, UTF8, 2, 0, 2, 0, 2, DAY, 2, crc32(data), 4, data.length, 4, data.length, 4, name.length, 2, 0, 2];
    const head = packed([0x04034b50, 4, ...about]);
    index.push(packed([0x02014b50, 4, VERSION, 2, ...about, 0, 2, 0, 2, 0, 2, 0, 4, at, 4]), name);
    parts.push(head, name, data);
    at += head.length + name.length + data.length;
  }
  const size = index.reduce((sum, part) => sum + part.length, 0);
  const end = packed([0x06054b50, 4, 0, 2, 0, 2, files.length, 2, files.length, 2, size, 4, at, 4, 0, 2]);
  return [...parts, ...index, end];
}

/** Return numbers as little-endian bytes; each is followed by its length. */
function packed(fields) {
  const length = fields.reduce((sum, x, i) => sum + (i % 2 ? x : 0), 0);
  const view = new DataView(new ArrayBuffer(length));
  for (let i = 0, at = 0; i < fields.length; at += fields[i + 1], i += 2) {
    if (fields[i + 1] === 2) view.setUint16(at, fields[i], true);
    else view.setUint32(at, fields[i], true);
  }
  return new Uint8Array(view.buffer);
}
