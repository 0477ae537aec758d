// Files for the tests, made by hand: a PDF of one line, and a ZIP that compresses nothing.

import { crc32 } from 'node:zlib';

/** A PDF that says one line of plain letters, and has so many bytes that belong to no page. */
export function pdf(line, unused = 0) {
  const content = `BT /F1 18 Tf 72 760 Td (${line}) Tj ET`;
  const objects = [
    '<</Type/Catalog/Pages 2 0 R>>',
    '<</Type/Pages/Kids[3 0 R]/Count 1>>',
    '<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>',
    `<</Length ${content.length}>>\nstream\n${content}\nendstream`,
    '<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>',
    `<</Length ${unused}>>\nstream\n${'.'.repeat(unused)}\nendstream`,
  ];
  let text = '%PDF-1.4\n';
  const places = objects.map((object, index) => {
    const place = text.length;
    text += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return place;
  });
  const table = places.map((place) => `${String(place).padStart(10, '0')} 00000 n \n`).join('');
  text += `xref\n0 7\n0000000000 65535 f \n${table}trailer\n<</Size 7/Root 1 0 R>>\nstartxref\n${text.length}\n%%EOF\n`;
  return Buffer.from(text, 'latin1');
}

/** A ZIP of these files: `{name: bytes}`. */
export function zip(files) {
  const entries = [];
  const directory = [];
  let offset = 0;
  for (const [name, content] of Object.entries(files)) {
    const [bytes, named] = [Buffer.from(content), Buffer.from(name)];
    // APPNOTE 4.3.7 and 4.3.12: what both headers have, from the version needed to the length of the extra field.
    const shared = Buffer.alloc(26);
    shared.writeUInt16LE(20, 0);
    shared.writeUInt32LE(crc32(bytes), 10);
    shared.writeUInt32LE(bytes.length, 14);
    shared.writeUInt32LE(bytes.length, 18);
    shared.writeUInt16LE(named.length, 22);
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), shared, named, bytes]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offset, 10);
    directory.push(Buffer.concat([Buffer.from('PK\x01\x02\x14\x00'), shared, rest, named]));
    entries.push(local);
    offset += local.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...entries, central, end]);
}

/** What a ZIP that compresses nothing holds, by its directory: `{name: bytes}`. */
export function unzip(archive) {
  const end = archive.lastIndexOf('PK\x05\x06', undefined, 'latin1');
  if (end < 0) throw new Error('it has no end of a ZIP');
  const files = {};
  let at = archive.readUInt32LE(end + 16);
  for (let left = archive.readUInt16LE(end + 10); left > 0; left -= 1) {
    // APPNOTE 4.3.12 and 4.3.7: the entry in the directory, and the header before the bytes.
    const [method, size, named, extra, remark, offset] = [
      archive.readUInt16LE(at + 10), archive.readUInt32LE(at + 24), archive.readUInt16LE(at + 28),
      archive.readUInt16LE(at + 30), archive.readUInt16LE(at + 32), archive.readUInt32LE(at + 42),
    ];
    if (method !== 0) throw new Error(`it compresses by method ${method}`);
    const begin = offset + 30 + archive.readUInt16LE(offset + 26) + archive.readUInt16LE(offset + 28);
    const bytes = archive.subarray(begin, begin + (size === 0xffffffff ? zip64Size(archive, at) : size));
    if (crc32(bytes) !== archive.readUInt32LE(at + 16)) throw new Error('its sums do not fit');
    files[archive.toString('utf8', at + 46, at + 46 + named)] = bytes;
    at += 46 + named + extra + remark;
  }
  return files;
}

/** APPNOTE 4.5.3: a size that has 64 bits is the first thing in the extra field 1 of the directory's entry. */
function zip64Size(archive, entry) {
  const end = entry + 46 + archive.readUInt16LE(entry + 28) + archive.readUInt16LE(entry + 30);
  let at = entry + 46 + archive.readUInt16LE(entry + 28);
  while (at < end && archive.readUInt16LE(at) !== 1) at += 4 + archive.readUInt16LE(at + 2);
  return Number(archive.readBigUInt64LE(at + 4));
}
