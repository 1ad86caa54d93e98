"""PNG files, read by another program."""

from __future__ import annotations

import io

from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from droindex.extract.pictures.png import png


@given(width=st.integers(1, 9), height=st.integers(1, 9), data=st.data())
def test_a_picture_is_read_as_it_was_written(width: int, height: int, data: st.DataObject) -> None:
    size = 3 * width * height
    pixels = data.draw(st.binary(min_size=size, max_size=size))
    with Image.open(io.BytesIO(png(pixels, width, height))) as picture:
        assert (picture.size, picture.mode) == ((width, height), "RGB")
        assert picture.tobytes() == pixels
