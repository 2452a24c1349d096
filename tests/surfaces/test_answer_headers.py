from imagen_fake.surfaces.predict_call import header_text


def test_a_header_is_printable_ascii_and_bounded() -> None:
    value = header_text(["ü\r\nSet-Cookie: x", "y" * 5000])
    assert len(value) == 2000
    assert all(32 <= byte < 127 for byte in value)
