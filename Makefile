ENV ?= base
PYTHON ?= python3.11
BIN := .venv/bin
export MPLBACKEND := Agg

.DEFAULT_GOAL := help
.PHONY: help install data demo run report notebook test lint bench viz tensorboard lock

help: ## This list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

.venv/installed: pyproject.toml requirements.lock
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --requirement requirements.lock
	$(BIN)/pip install --quiet --no-deps --editable .
	touch $@

install: .venv/installed ## Make .venv with the locked versions

data: install ## Fetch the published radiographs into data/01_raw/chest_xray (needs a network)
	$(BIN)/python -m chest_xray.radiographs.fetching data/01_raw/chest_xray

demo: install ## The whole study on drawn radiographs, and its report: no download, no GPU
	$(BIN)/kedro run --env=demo --pipelines=phantoms
	$(BIN)/kedro run --env=demo
	$(BIN)/python -m chest_xray.pages --env=demo

run: install ## The whole study on real radiographs (ENV=cpu on a laptop)
	$(BIN)/kedro run --env=$(ENV)

report: install ## The report in English and Persian, and the models' cards (ENV=demo)
	$(BIN)/python -m chest_xray.pages --env=$(ENV)

notebook: install ## The report's notebooks, which first run what is missing (ENV=demo)
	$(BIN)/kedro jupyter lab --env=$(ENV) notebooks

test: install ## All tests: no network, no GPU
	OMP_NUM_THREADS=1 $(BIN)/pytest --numprocesses=auto --maxprocesses=4 --dist=loadfile --no-loadscope-reorder

lint: install ## Style and types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: install ## Speed and memory, into benchmarks/results (RADIOGRAPHS=, ORIGINALS=, WEIGHTS=)
	$(BIN)/python benchmarks/phantoms.py
	$(BIN)/python benchmarks/growth.py
	$(if $(ORIGINALS),$(BIN)/python benchmarks/reading_speed.py $(ORIGINALS))
	$(if $(RADIOGRAPHS),$(BIN)/python benchmarks/training_speed.py $(RADIOGRAPHS))
	$(if $(and $(RADIOGRAPHS),$(WEIGHTS)),\
		$(BIN)/python benchmarks/time_to_auc.py $(RADIOGRAPHS) $(WEIGHTS))

viz: install ## The pipelines in a browser, with figures and tables (ENV=demo)
	$(BIN)/kedro viz run --env=$(ENV)

tensorboard: install ## Training curves and figures in a browser (ROOT=data/demo for the demo's)
	$(BIN)/tensorboard --logdir $(or $(ROOT),data)/08_reporting/tensorboard

lock: install ## Write the versions in .venv to requirements.lock
	{ echo '# The exact versions that install, demo and test use; made by `make lock`.'; \
	  $(BIN)/pip freeze --exclude-editable; } > requirements.lock
