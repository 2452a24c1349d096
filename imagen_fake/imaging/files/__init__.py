"""Image files: decoding, encoding, metadata, watermark and imprint."""
