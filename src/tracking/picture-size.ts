/** Whether a file is one that the run page shows as a picture, by its name. */
export function isPicture(path: string): boolean {
  return /\.(png|jpe?g|gif)$/i.test(path);
}

/** The width and height in pixels that a PNG, GIF or JPEG file says; zeros where it says none. */
export function pictureSize(bytes: Buffer): { width: number; height: number } {
  const nothing = { width: 0, height: 0 };
  if (bytes.length < 26) return nothing;
  if (bytes.readUInt32BE(0) === 0x89504e47) return { width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
  if (bytes.toString('latin1', 0, 3) === 'GIF') return { width: bytes.readUInt16LE(6), height: bytes.readUInt16LE(8) };
  if (bytes.readUInt16BE(0) !== 0xffd8) return nothing;
  for (let at = 2; at + 9 <= bytes.length; ) {
    const marker = bytes.readUInt16BE(at);
    // The frame headers SOF0 to SOF15 without DHT, JPG and DAC.
    const isFrame = marker >= 0xffc0 && marker <= 0xffcf && ![0xffc4, 0xffc8, 0xffcc].includes(marker);
    if (isFrame) return { width: bytes.readUInt16BE(at + 7), height: bytes.readUInt16BE(at + 5) };
    at += 2 + bytes.readUInt16BE(at + 2);
  }
  return nothing;
}
