from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image, ImageSequence

from support.files.picture import BadPicture, Size, TooManyPoints, strip
from tests.support.files.photos import GPS, PLACE, film, opened, photo, saved

FORMS = ("JPEG", "PNG", "WEBP", "GIF")


def stripped(folder: Path, content: bytes, form: str) -> tuple[Size, bytes]:
    given, clean = folder / "given", folder / "clean"
    given.write_bytes(content)
    size = strip(given, clean, form)
    return size, clean.read_bytes()


@pytest.mark.parametrize("form", FORMS)
def test_nothing_of_a_picture_but_its_points_is_kept(tmp_path: Path, form: str) -> None:
    given = photo(form)
    assert PLACE in given
    size, clean = stripped(tmp_path, given, form)
    for trace in (PLACE, b"Exif", b"eXIf", b"EXIF", b"xmpmeta", b"http://ns.adobe.com"):
        assert trace not in clean, trace
    image = opened(clean)
    assert dict(image.getexif()) == {}
    assert dict(image.getexif().get_ifd(GPS)) == {}
    assert (image.format, image.size) == (form, (60, 40))
    assert size == Size(60, 40)


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_picture_that_was_taken_upright_stands_upright(tmp_path: Path, form: str) -> None:
    size, clean = stripped(tmp_path, photo(form, lying=True), form)
    assert size == Size(60, 40)
    above = opened(clean).convert("RGB").getpixel((30, 5))
    assert isinstance(above, tuple)
    assert above[0] > 200, above
    assert max(above[1:]) < 60, above


@pytest.mark.parametrize("form", ["GIF", "WEBP", "PNG"])
def test_a_moving_picture_moves_on_at_its_pace(tmp_path: Path, form: str) -> None:
    _, clean = stripped(tmp_path, film(form), form)
    times = []
    for frame in ImageSequence.Iterator(opened(clean)):
        frame.load()
        times.append(frame.info["duration"])
    assert times == [240, 240, 240]


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    for side in (7_100, 20_000):
        small = saved(Image.new("1", (side, side)), "PNG")
        assert len(small) < 100_000
        with pytest.raises(TooManyPoints):
            stripped(tmp_path, small, "PNG")


def test_many_small_frames_are_one_large_picture(tmp_path: Path) -> None:
    frame = Image.new("P", (1000, 1000))
    frames = [frame.copy() for _ in range(60)]
    for at, one in enumerate(frames):
        one.putpixel((at, 0), 1)
    bomb = saved(frames[0], "GIF", save_all=True, append_images=frames[1:])
    with pytest.raises(TooManyPoints):
        stripped(tmp_path, bomb, "GIF")


@pytest.mark.parametrize("form", FORMS)
def test_what_does_not_open_to_its_end_is_no_picture(tmp_path: Path, form: str) -> None:
    whole = photo(form)
    for broken in (whole[: len(whole) // 2], whole[:30], whole[:16] + b"\xff" * 400):
        with pytest.raises((BadPicture, TooManyPoints)):
            stripped(tmp_path, broken, form)


def test_only_the_form_that_was_found_is_opened(tmp_path: Path) -> None:
    with pytest.raises(BadPicture):
        stripped(tmp_path, photo("PNG"), "JPEG")


def test_a_picture_for_printing_becomes_one_for_screens(tmp_path: Path) -> None:
    _, clean = stripped(tmp_path, saved(Image.new("CMYK", (8, 8)), "JPEG"), "JPEG")
    assert opened(clean).mode == "RGB"
