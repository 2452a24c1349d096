// What tests read of a picture, from the first bytes of its file.
"use strict";

/** The format of a file in base64, and its width and height in pixels where it is a PNG. */
function seen(base64) {
  const data = Buffer.from(base64, "base64");
  if (data.subarray(1, 4).toString() === "PNG") {
    return { format: "PNG", width: data.readUInt32BE(16), height: data.readUInt32BE(20) };
  }
  return { format: data.readUInt16BE(0) === 0xffd8 ? "JPEG" : "other" };
}

const SQUARE = { format: "PNG", width: 1024, height: 1024 };

module.exports = { seen, SQUARE, url: process.env.IMAGEN_FAKE_URL };
