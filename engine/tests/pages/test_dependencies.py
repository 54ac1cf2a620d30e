"""A page declares every file that it reads; otherwise it would not be updated when that file changes."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = [pytest.mark.book, pytest.mark.slow]

# A run of Jupyter Book that notes which files are opened while a document is read, and ends before pages are written.
# What our functions keep in memory they forget before each document: the next one has to read its files itself.
READING = """
import functools
import json
import os
import sys

from sphinx.builders import Builder

opened, now, read_doc, caches, cached = {}, [], Builder.read_doc, [], functools._lru_cache_wrapper


def hear(event, arguments):
    if event == "open" and now and isinstance(arguments[0], str | bytes | os.PathLike):
        opened.setdefault(now[0], set()).add(os.path.abspath(os.fsdecode(arguments[0])))


def read(self, name, **options):
    for each in caches:
        if str(each.__module__).startswith("claimbook"):
            each.cache_clear()
    now.append(name)
    try:
        read_doc(self, name, **options)
    finally:
        now.clear()


def end(self, *arguments, **options):
    env = self.env
    missed = {
        name: sorted(files - {os.path.join(env.srcdir, path) for path in [env.doc2path(name), *env.dependencies[name]]})
        for name, files in opened.items()
        if name not in env.reread_always
    }
    print(json.dumps(missed), file=sys.__stdout__, flush=True)
    os._exit(0)


sys.addaudithook(hear)
functools._lru_cache_wrapper = lambda *how: caches.append(cached(*how)) or caches[-1]
Builder.read_doc, Builder.write = read, end

from jupyter_book.cli.main import main

main(["build", sys.argv[1], "-n", "-q"])
"""


def test_every_document_names_the_documents_and_data_that_it_reads(root: Path, tmp_path: Path) -> None:
    source = tmp_path / "source"
    shutil.copytree(root / "_build/2026/source", source, ignore=shutil.ignore_patterns("_build"))
    done = subprocess.run([sys.executable, "-c", READING, source], capture_output=True, text=True, cwd=root)
    read = json.loads(done.stdout.splitlines()[-1])
    assert read.keys() > {"book/index", "book/evidence"} and any(name.startswith("notebooks/") for name in read)
    places = ("book/*.md", "data/**/*", "notebooks/*.ipynb")
    watched = {str(path) for place in places for path in source.glob(place)}
    assert {name: files for name, paths in read.items() if (files := watched.intersection(paths))} == {}
