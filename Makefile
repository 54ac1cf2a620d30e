# The commands of every report, and those that only this one has, because its folder also holds the engine.
include engine/src/claimbook/run/report.mk

CODE := engine/src engine/tests engine/docs src benchmarks tests recount.py
LOCKS := engine/src/claimbook/run/locks
LOCK := $(CURDIR)/.venv/bin/uv pip compile --quiet --no-header --universal --fork-strategy fewest --generate-hashes --python-version 3.11

mutate: setup    ### change values of data/ one at a time and see whether a check fails; N=how many, SEED=which; SCHEDULER=
	@$(PYTHON) benchmarks/mutate.py $(if $(N),--n $(call quoted,$(N))) $(if $(SEED),--seed $(call quoted,$(SEED))) $(SCHEDULER_OPTION)

bench: setup     ### time the report against a plain build, and a sweep of profiles in three ways
	@$(PYTHON) benchmarks/compare.py && $(PYTHON) benchmarks/profiles.py

same: setup      ### make the report twice in different circumstances and compare every byte
	@$(PYTHON) benchmarks/same_bytes.py

faults: setup    ### kill builds at random moments and check that nothing incomplete is published; N=how many
	@$(PYTHON) benchmarks/faults.py $(if $(N),--n $(call quoted,$(N)))

wheel: setup     ### build the wheel of the engine into _build/wheel
	@rm -rf _build/wheel && mkdir -p _build/wheel && cp -R engine _build/wheel/
	@.venv/bin/uv build --quiet --wheel --no-build-isolation --python .venv/bin/python --out-dir _build/wheel _build/wheel/engine
	@rm -r _build/wheel/engine

docs: setup      ### write the documentation of the engine into _build/docs
	@$(PYTHON) -m sphinx -q --fail-on-warning --builder html engine/docs _build/docs && echo _build/docs/index.html

audit:           ### ask the advisory database of PyPI about every locked package; needs a network
	@python3 -m venv _build/audit
	@_build/audit/bin/python -m pip install --quiet --disable-pip-version-check pip-audit==2.10.1
	@_build/audit/bin/pip-audit --require-hashes --disable-pip $(foreach lock,$(wildcard requirements.lock $(LOCKS)/*.lock),-r $(lock))

lock:            ### update the locks from both pyproject.toml, changing no more than necessary; asks PyPI
	@rm -rf _build/lock && mkdir -p _build/lock/engine && cp requirements.lock _build/lock && cp $(LOCKS)/*.lock engine/pyproject.toml _build/lock/engine
	@sed '/"claimbook"/d' pyproject.toml > _build/lock/pyproject.toml
	@cd _build/lock && $(LOCK) pyproject.toml engine/pyproject.toml --output-file requirements.lock
	@cd _build/lock/engine && cp ../requirements.lock . && $(LOCK) pyproject.toml --output-file requirements.lock
	@cd _build/lock/engine && $(LOCK) --group cluster --constraint requirements.lock --output-file requirements-cluster.lock
	@cd _build/lock/engine && $(LOCK) --group test --constraint requirements.lock --constraint requirements-cluster.lock --output-file requirements-test.lock
	@cd _build/lock/engine && $(LOCK) --group uv --output-file requirements-uv.lock
	@cp _build/lock/engine/*.lock $(LOCKS) && cp _build/lock/requirements.lock .
