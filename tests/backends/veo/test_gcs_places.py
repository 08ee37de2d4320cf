from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veo_story.backends.veo.places import Place, read_place, storage_of
from veo_story.errors import ConfigError


@pytest.mark.parametrize(
    ("text", "bucket", "prefix"),
    [
        ("gs://my-bucket", "my-bucket", ""),
        ("gs://my-bucket/", "my-bucket", ""),
        ("gs://my-bucket/films/keeper", "my-bucket", "films/keeper"),
        ("gs://my.bucket_1/films/", "my.bucket_1", "films"),
        ("gs://abc/Häfen", "abc", "Häfen"),
    ],
)
def test_places_for_results(text: str, bucket: str, prefix: str) -> None:
    assert storage_of(text) == Place(bucket, prefix)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("my-bucket/films", "does not begin with gs://"),
        ("s3://my-bucket/films", "does not begin with gs://"),
        ("https://storage.googleapis.com/my-bucket", "does not begin with gs://"),
        ("", "does not begin with gs://"),
        ("gs://", "names no bucket"),
        ("gs:///films", "names no bucket"),
        ("gs://My-Bucket/films", "names no bucket"),
        ("gs://bucket?x/films", "names no bucket"),
        ("gs://-bucket/films", "names no bucket"),
        ("gs://my-bucket/a\nb", "printable"),
        ("gs://my-bucket/" + "x" * 800, "at most 700 bytes"),
        ("gs://my-bucket/a//b", "empty part"),
        ("gs://my-bucket/../other", "'..'"),
    ],
)
def test_what_is_no_place(text: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        storage_of(text)
    assert said in caught.value.message
    assert "gs://my-bucket/films" in str(caught.value.hint)


def test_what_lies_below() -> None:
    place = storage_of("gs://my-bucket/films")
    assert place.below("a1/").uri == "gs://my-bucket/films/a1/"
    assert place.below("a1/").below("1/sample_0.mp4").uri == "gs://my-bucket/films/a1/1/sample_0.mp4"
    assert storage_of("gs://my-bucket").below("a1/").uri == "gs://my-bucket/a1/"


@given(st.text())
def test_any_text_is_a_place_or_an_error(text: str) -> None:
    for given_text in (text, "gs://" + text, "gs://bucket/" + text):
        found = read_place(given_text)
        assert found is None or found.uri.rstrip("/") == given_text.rstrip("/")
        try:
            storage_of(given_text)
        except ConfigError as error:
            assert error.hint
