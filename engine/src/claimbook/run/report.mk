# The commands of a report, the same for people and for CI. `##` marks everyday commands, `###` those for maintainers.
# The Makefile of a report includes this file.
# A value from outside is text: make would run a $(shell …) in it, even by verbs that do not read the variable.
$(foreach name,CLAIMBOOK_DATA EDITION DATA SET YEAR PROVINCE PORT FROM TO OF URL WHEELS N SEED REFRESH EXPLAIN OPTIONS SCHEDULER,$(if \
  $(filter-out undefined default file,$(origin $(name))),$(eval override $(name) := $$(value $(name)))))
define newline


endef
$(foreach name,EDITION DATA SET YEAR PROVINCE PORT FROM TO OF URL WHEELS N SEED OPTIONS SCHEDULER,$(if \
  $(findstring $(newline),$($(name))),$(error $(name)= has a line break. Write its value in one line)))
EDITION ?=
DATA ?= $(CLAIMBOOK_DATA)
SET ?=
YEAR ?=
PROVINCE ?=
SCHEDULER ?=
PORT ?= 8000
# Tools and settings of the engine are in the folder of this file.
RUN_FOLDER := $(patsubst %/,%,$(dir $(lastword $(MAKEFILE_LIST))))
OWN_PYTHON := .venv/bin/python
# With conda, add PYTHON=python after `conda activate`; then no .venv is made.
PYTHON ?= $(OWN_PYTHON)

export PYTHONPATH := $(CURDIR)/src$(if $(wildcard engine/src),:$(CURDIR)/engine/src)
# Bytecode is kept: without it every start takes a second longer.
unexport PYTHONDONTWRITEBYTECODE

RUN = $(PYTHON) -m claimbook
# Our package is imported first: it spares each process a second for grammars that nothing here needs.
# A worker that dies is not replaced: with groups, pytest-xdist 3.8 would then wait forever for the new one.
PYTEST = $(PYTHON) -m pytest -q -n 2 --dist loadgroup --max-worker-restart 0 -p claimbook.patches
# A report without settings of ruff, without code of its own or without tests uses the engine's, or has nothing to check.
RUFF = $(PYTHON) -m ruff check $(if $(wildcard pyproject.toml),,--no-cache --extend-exclude engine --config $(call quoted,$(RUN_FOLDER)/ruff-notebooks.toml))
CODE := $(wildcard src tests)
# A report may lack files: with them a command runs, and without them a sentence says so (in a call, without a comma).
with = @$(if $(wildcard $(1)),$(2),echo "$(3)")
# pytest ends with 5 if it found no test of a kind. A report without conftest.py may have none.
MAY_BE_NONE = $(if $(wildcard conftest.py),,|| [ $$? -eq 5 ])
tests = $(call with,tests,$(PYTEST) $(1) $(wildcard tests engine/tests) $(MAY_BE_NONE),$(2): this report has no tests of its own in tests/.)
BROWSER = $(if $(wildcard engine/tests),@$(PYTHON) engine/tests/helpers/chromium.py)
# Tests of properties run once more, with more examples and others than before.
CHANCE = $(if $(wildcard conftest.py), or hypothesis" --hypothesis-profile "chance)
quoted = '$(subst ','\'',$(1))'
SCHEDULER_OPTION = $(if $(SCHEDULER),--scheduler $(call quoted,$(SCHEDULER)))
EDITION_OPTION = $(if $(EDITION),--edition $(call quoted,$(EDITION)))
RUN_OPTIONS = $(EDITION_OPTION) $(if $(DATA),--data $(call quoted,$(DATA))) \
  $(foreach setting,$(SET),--set $(call quoted,$(setting)))
.DEFAULT_GOAL := help
.PHONY: $(shell sed -n 's/^\([a-z-]*\):.*/\1/p' $(MAKEFILE_LIST))

setup:     ## make .venv from requirements.lock (and the packages for tests, if you run tests); every command does this first
ifeq ($(PYTHON),$(OWN_PYTHON))
	@python3 $(RUN_FOLDER)/setup_environment.py $(filter bench lint unit test test-all,$(MAKECMDGOALS))
endif

check: setup     ## say in plain words what is wrong with the data; REFRESH=1 updates datapackage.json
	@$(RUN) check $(if $(DATA),--data $(call quoted,$(DATA))) $(if $(REFRESH),--refresh-datapackage)

report: setup    ## make HTML, PDF and results.json, only what is stale; EDITION=2023, SET="cutoff=2024-12-31", DATA=my-data; EXPLAIN=1 only says what would run
	@$(RUN) report $(RUN_OPTIONS) $(if $(EXPLAIN),--explain) $(SCHEDULER_OPTION)

annex: setup     ### make the report and its annex for looking things up, a PDF of its own; EDITION=, SET=, DATA= as for report
	@$(RUN) report --annex $(RUN_OPTIONS) $(SCHEDULER_OPTION)

test: unit report ## test plain functions, then the finished report; `make test-all` adds the tests that take long
	$(BROWSER)
	@$(RUN) assure
	$(call tests,-m "(book or process) and not slow",Tests of the finished report)

live: report     ## show the pages on http://localhost:8000 and follow your edits; PORT=8001
	@$(RUN) live --port $(call quoted,$(PORT)) $(RUN_OPTIONS)

lab: setup       ## open the notebooks in JupyterLab; DATA=another copy of the data; in a container add OPTIONS=--allow-root
	@$(if $(DATA),CLAIMBOOK_DATA=$(call quoted,$(DATA))) $(PYTHON) -m jupyterlab --notebook-dir=notebooks \
	  $(foreach option,$(OPTIONS),$(call quoted,$(option)))

diff: setup      ## say what changed since the baseline, or FROM=2023 TO=2026 (each an edition, a record or a build)
	@$(RUN) diff $(if $(FROM)$(TO),$(call quoted,$(or $(FROM),baseline))) $(if $(TO),$(call quoted,$(TO)))

baseline: setup  ## store the results of the last build, which tests then compare with; runs nothing
	@$(RUN) baseline $(EDITION_OPTION)

profiles: setup  ## make a page for every place that this report profiles; YEAR=2014-2023, PROVINCE=one of them; SCHEDULER=tcp://host:8786
	$(call with,notebooks/profiles,$(RUN) profiles $(RUN_OPTIONS) $(SCHEDULER_OPTION) $(if $(YEAR),--year $(call quoted,$(YEAR))) \
	  $(if $(PROVINCE),--province $(call quoted,$(PROVINCE))),This report has no notebook in notebooks/profiles/ to make profiles from.)

deposit: setup   ## pack the report with its sources into one archive, for example for Zenodo; WHEELS=1 also packs the packages
	@$(RUN) deposit $(EDITION_OPTION) $(if $(WHEELS),--wheels)

clean:           ## remove everything that was made, but keep .venv
	rm -rf _build .pytest_cache .ruff_cache .mypy_cache .hypothesis

listed = @sed -n 's/^\([a-z-]*\):.* $(1) \(.*\)/\1\t\2/p' $(MAKEFILE_LIST) | expand -t 12

help:            ## list these commands; `make tools` lists the others
	$(call listed,\#\#)

tools:           ### list these commands for maintainers
	$(call listed,\#\#\#)

unit: setup      ### test plain functions and the style of the code, and stop at the first failure; needs no report
	$(if $(CODE),@$(RUFF) --extend-exclude '*.ipynb' .)
	$(call tests,--maxfail 1 --no-loadscope-reorder -m "not book and not process and not slow",Tests of plain functions)

lint: setup      ### check style and types of the code, including the notebooks
	@$(RUFF) .
	$(call with,$(CODE),$(PYTHON) -m mypy --config-file $(call quoted,$(RUN_FOLDER)/mypy.toml) $(CODE),Types: this report has no code of its own in src/.)

test-all: lint unit ### run all tests: also kills, faults, sweeps, random input, Jupyter's own tools, every cell run again
	$(BROWSER)
	@$(RUN) report --annex
	@$(RUN) assure --slow
	$(call tests,-m "book or process or slow$(CHANCE)",Tests of the finished report)
	$(call with,conftest.py,$(PYTEST) --dist loadscope --nbval notebooks,nbval: this report has no conftest.py for it; make diff compares the last build with the baseline.)

serve: setup     ### show the pages as last built on http://localhost:8000; PORT=8001
	@$(RUN) serve --port $(call quoted,$(PORT)) $(RUN_OPTIONS)

site: setup      ### make all editions and put them side by side into _build/site; URL=where they will be published
	@$(RUN) site $(if $(URL),--url $(call quoted,$(URL)))

verify: setup    ### build a deposit (OF=deposit.zip) or the last build again and compare; WHEELS=archive of its packages
	@$(RUN) verify $(if $(OF)$(EDITION),$(call quoted,$(or $(OF),_build/$(EDITION)))) $(if $(WHEELS),--wheels $(call quoted,$(WHEELS)))
