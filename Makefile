# The verbs of the report; the same for people and for CI.
EDITION ?= 2026
DATA ?= $(TORCH_DATA)
SET ?=
YEAR ?=
PROVINCE ?=
SCHEDULER ?=
PORT ?= 8000
# A conda user says PYTHON=python after `conda activate torch-program`: then no .venv is made.
PYTHON = .venv/bin/python

export PYTHONPATH := $(CURDIR)/src
# Bytecode is kept: without it every start takes a second longer.
unexport PYTHONDONTWRITEBYTECODE

RUN = $(PYTHON) -m torch_program
quoted = '$(subst ','\'',$(1))'
RUN_OPTIONS = --edition $(call quoted,$(EDITION)) $(if $(DATA),--data $(call quoted,$(DATA))) \
  $(foreach setting,$(SET),--set $(call quoted,$(setting)))
.DEFAULT_GOAL := help
.PHONY: help setup check report profiles test lab serve live site deposit verify baseline diff mutate bench same faults audit clean

help:      ## list the verbs
	@sed -n 's/^\([a-z]*\): .*## /\1\t/p' Makefile | expand -t 12
	@echo
	@echo 'Another edition:               make report EDITION=2023'
	@echo 'Other parameters, for one run: make report SET="cutoff=2024-12-31 panel_year=2022"'
	@echo 'Another copy of the data:      make report DATA=path/to/data'
	@echo 'A run with SET or DATA has a folder of its own below _build/ and leaves the report of its edition as it is.'
	@echo 'After a change in data/ that is meant: make check REFRESH=1 (brings datapackage.json in step)'

setup:     ## create .venv from requirements.lock (every verb does it first)
ifeq ($(PYTHON),.venv/bin/python)
	@python3 pipeline/setup_environment.py
endif

check: setup     ## check data and parameters and say in plain words what is wrong
	@$(RUN) check $(if $(DATA),--data $(call quoted,$(DATA))) $(if $(REFRESH),--refresh-datapackage)

report: setup    ## make HTML, PDF and results.json; only what is stale
	@$(RUN) report $(RUN_OPTIONS)

profiles: setup  ## make a page for every province, bound into a book: YEAR=2020, PROVINCE=Hubei, SCHEDULER=tcp://host:8786
	@$(RUN) profiles $(RUN_OPTIONS) $(if $(YEAR),--year $(call quoted,$(YEAR))) \
	  $(if $(PROVINCE),--province $(call quoted,$(PROVINCE))) $(if $(SCHEDULER),--scheduler $(call quoted,$(SCHEDULER)))

test: report     ## make the report, then run every test, notebooks against their stored outputs included
	@$(PYTHON) -m ruff check .
	@$(PYTHON) -m torch_program.pipeline.chromium
	@$(PYTHON) -m pytest -q -n 2 --dist loadscope --nbval tests notebooks

lab: setup       ## open the notebooks in JupyterLab, with DATA= on another copy of the data
	@$(if $(DATA),TORCH_DATA=$(call quoted,$(DATA))) $(PYTHON) -m jupyterlab --notebook-dir=notebooks

serve: report    ## make the report and serve it on http://localhost:8000; PORT= another port
	@$(RUN) serve --port $(call quoted,$(PORT)) $(RUN_OPTIONS)

live: report     ## follow your edits in the browser on http://localhost:8000, seconds after each save; PORT= another port
	@$(RUN) live --port $(call quoted,$(PORT)) $(RUN_OPTIONS)

site: setup      ## make all editions and lay them side by side in _build/site, ready to be published
	@$(RUN) site

deposit: setup   ## make the report, then pack it with its sources into one archive for Zenodo and the like
	@$(RUN) report --edition $(call quoted,$(EDITION))
	@$(RUN) deposit --edition $(call quoted,$(EDITION))

verify: setup    ## build a deposit (or _build/EDITION) again and compare: make verify OF=deposit.zip
	@$(RUN) verify $(call quoted,$(or $(OF),_build/$(EDITION)))

baseline: setup  ## accept what the last build says as what tests compare with; runs nothing
	@$(RUN) baseline --edition $(call quoted,$(EDITION))

diff: setup      ## show what moved, FROM= and TO= an edition, a record or a build; else since the baseline
	@$(RUN) diff $(if $(FROM)$(TO),$(call quoted,$(or $(FROM),baseline))) $(if $(TO),$(call quoted,$(TO)))

mutate: setup    ## change values of data/ one at a time and see whether a check goes red; N= how many, SEED= which
	@$(RUN) mutate $(if $(N),--n $(call quoted,$(N))) $(if $(SEED),--seed $(call quoted,$(SEED)))

bench: setup     ## time the report against the plain way, and a sweep of profiles three ways
	@$(PYTHON) benchmarks/compare.py
	@$(PYTHON) benchmarks/profiles.py
	@$(PYTHON) benchmarks/live.py
	@$(PYTHON) benchmarks/growth.py

same: setup      ## make the report twice in unlike circumstances and compare every byte
	@$(PYTHON) benchmarks/same_bytes.py

faults: setup    ## kill builds at random moments and see that nothing torn is published; N= how many
	@$(PYTHON) benchmarks/faults.py $(if $(N),--n $(call quoted,$(N)))

audit:           ## ask the advisory database of PyPI about every locked package; the only verb beside setup that needs a network
	@python3 -m venv _build/audit
	@_build/audit/bin/python -m pip install --quiet --disable-pip-version-check pip-audit==2.10.1
	@_build/audit/bin/pip-audit --require-hashes --disable-pip --requirement requirements.lock

clean:           ## remove everything that was made, but keep .venv
	rm -rf _build .pytask pytask.lock pytask.lock.journal pipeline/.pytask pipeline/pytask.lock .pytest_cache .ruff_cache .hypothesis
