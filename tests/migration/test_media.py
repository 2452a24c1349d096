from imagen_fake.migration.media import with_media


def test_texts_come_back_where_their_marks_stand() -> None:
    body = {"instances": [{"image": {"bytesBase64Encoded": "media:0"}, "prompt": "media:1"}]}
    assert with_media(body, {"media:0": memoryview(b"AAAA")}) == {
        "instances": [{"image": {"bytesBase64Encoded": "AAAA"}, "prompt": "media:1"}]
    }
