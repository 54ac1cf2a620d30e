"""Files below a folder are found once, and files are reused while what they were made from is the same."""

from pathlib import Path

import pytest

from claimbook.project.folders import below
from claimbook.project.outputs import STORED_FILES_VARIABLE, stored_or_made


def test_links_to_folders_are_followed_once_and_never_in_a_circle(tmp_path: Path) -> None:
    inside, outside = tmp_path / "data", tmp_path / "engine"
    for folder in (inside / "real", outside / "deep"):
        folder.mkdir(parents=True)
        (folder / "x").touch()
    for name, target in {"a": ".", "b": ".", "c": "real", "real/up": "..", "e": "../engine", "f": "../engine"}.items():
        (inside / name).symlink_to(target)
    (outside / "back").symlink_to(inside)
    assert list(below(inside)) == ["e/deep/x", "real/x"]
    assert list(below(inside, "data")) == ["data/e/deep/x", "data/real/x"]


def test_a_stored_file_is_reused_if_it_is_whole_and_of_the_same_inputs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(STORED_FILES_VARIABLE, str(tmp_path))
    made: list[bytes] = []

    def of(content: bytes) -> bytes:
        return stored_or_made("a", lambda: made.append(content) or b"made of " + content, content)

    assert [of(b"x"), of(b"x"), of(b"y"), of(b"y")] == [b"made of x"] * 2 + [b"made of y"] * 2
    assert made == [b"x", b"y"]
    whole = (tmp_path / "a").read_bytes()
    for torn in (b"", whole[:20], whole[:-3], whole[:-1] + b"?"):
        (tmp_path / "a").write_bytes(torn)
        made.clear()
        assert of(b"y") == b"made of y" and made == [b"y"], torn
    with pytest.raises(ZeroDivisionError):
        stored_or_made("b", lambda: bytes(1 // 0))
    assert not (tmp_path / "b").exists()
