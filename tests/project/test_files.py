"""Files below a folder are found once, whatever links there are."""

from pathlib import Path

from claimbook.project.files import below


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
