ENV ?= base
PYTHON ?= python3.11
BIN := .venv/bin
# Which .venv was made from, once that had worked; before there were two, only the one.
BEFORE := $(shell cat .venv/lock 2>/dev/null || { test -e .venv/installed && echo requirements.lock; })
# CPU=1: PyTorch without CUDA, CPU=0: with it (docs/install.md); left out, as .venv has it.
LOCK := $(if $(CPU),requirements$(if $(filter 1,$(CPU)),-cpu).lock,$(or $(BEFORE),requirements.lock))
# Made, or half made, from the other lock: pip would keep its torch, as ==2.14.1 accepts 2.14.1+cpu.
OTHER = $(filter-out $(LOCK),$(BEFORE) $(shell cat .venv/begun 2>/dev/null))
SIZE = $(if $(findstring cpu,$(LOCK)),2.9,7.5) GB
CPU_INDEX := https://download.pytorch.org/whl/cpu
CPU_TORCH = $(shell sed -nE 's/^torch==([^ ]*[+]cpu).*/\1/p' $(LOCK))
export MPLBACKEND := Agg

.DEFAULT_GOAL := help
.PHONY: help install clean-old data demo run report notebook compare test test-long lint bench serve viz tensorboard lock

help: ## This list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-12s %s\n", $$1, $$2}'

# Once and shortly, as pip would try for minutes; by pip, which knows of proxies and mirrors.
define PROBE
@test "$$(uname)" != Linux || $(BIN)/pip --disable-pip-version-check --timeout 10 --retries 0 \
	index versions torch --extra-index-url $(CPU_INDEX) 2>/dev/null | grep -qF '$(CPU_TORCH)' || { \
	echo "PyTorch without CUDA ($(CPU_TORCH)) can't be found at $(CPU_INDEX):" \
	"make it reachable, or install PyTorch with CUDA, from PyPI: the same command with CPU=0." >&2; \
	exit 1; }
endef

.venv/installed: pyproject.toml $(LOCK) $(if $(OTHER),force)
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(if $(findstring cpu,$(LOCK)),$(PROBE))
	$(if $(OTHER),$(PYTHON) -m venv --clear .venv)
	@echo "Installing the locked packages (about $(SIZE); 3 to 30 minutes)"
	@echo $(LOCK) > .venv/begun
	$(BIN)/pip install --quiet --requirement $(LOCK)
	$(BIN)/pip install --quiet --no-deps --editable .
	@mv .venv/begun .venv/lock
	@touch $@

.PHONY: force
force:

install: .venv/installed ## Make .venv with the locked versions (CPU=1: without CUDA)

data: install ## Fetch the published radiographs into data/01_raw/chest_xray (needs a network)
	$(BIN)/kedro fetch data/01_raw/chest_xray

demo: install ## The whole study on synthetic radiographs, and its report: no download, no GPU
	$(BIN)/kedro demo

run: install ## The whole study on real radiographs (ENV=cpu on a laptop)
	$(BIN)/kedro run --env=$(ENV)

report: install ## The report in English and Persian, and the models' cards (ENV=demo)
	$(BIN)/kedro report --env=$(ENV)

clean-old: install ## Remove old versions of results (ENV=demo), but the newest (KEEP=1) and what they need
	$(BIN)/kedro clean-old --env=$(ENV) --keep=$(or $(KEEP),1)

notebook: install ## The report's notebooks, which first run what is missing (ENV=demo)
	$(BIN)/kedro jupyter lab --env=$(ENV) notebooks

test: install ## All tests: no network, no GPU
	OMP_NUM_THREADS=1 $(BIN)/pytest --numprocesses=auto --maxprocesses=4 --dist=loadfile --no-loadscope-reorder

test-long: export HYPOTHESIS_PROFILE = long
test-long: test ## The same, with many more examples of each property

lint: install ## Style, types and the direction of imports
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

.PHONY: docs
docs: install ## The generated pages: docs/reference, and the picture of the architecture
	$(BIN)/python -m chest_xray.project.reference
	$(BIN)/python docs/draw_architecture.py

.PHONY: pictures
pictures: install ## The README's pictures, taken from finished results with Chromium (ENV=demo)
	$(BIN)/python docs/take_pictures.py $(ENV)

bench: install ## Speed and memory, into benchmarks/results (RADIOGRAPHS=, ORIGINALS=, WEIGHTS=)
	$(BIN)/python benchmarks/phantoms.py
	$(BIN)/python benchmarks/growth.py
	$(if $(ORIGINALS),$(BIN)/python benchmarks/reading_speed.py $(ORIGINALS))
	$(BIN)/python benchmarks/cluster_reading.py --sizes 10000
	$(BIN)/python benchmarks/int8_limit.py
	$(if $(RADIOGRAPHS),$(BIN)/python benchmarks/training_speed.py $(RADIOGRAPHS))
	$(if $(RADIOGRAPHS),$(BIN)/python benchmarks/data_parallel.py $(RADIOGRAPHS) --size 128)
	$(if $(and $(RADIOGRAPHS),$(WEIGHTS)),\
		$(BIN)/python benchmarks/time_to_auc.py $(RADIOGRAPHS) $(WEIGHTS))

compare: install ## All runs of an environment: parameters that differ, and metrics (ENV=demo)
	$(BIN)/kedro run --env=$(ENV) --pipelines=run_comparison

serve: install ## The newest int8 file as a service with a page, at 127.0.0.1:8000 (ENV=demo)
	$(BIN)/kedro serve --env=$(ENV)

viz: install ## The pipelines in a browser, with figures and tables (ENV=demo)
	$(BIN)/kedro viz run --env=$(ENV)

tensorboard: install ## Training curves and figures in a browser (ROOT=data/demo for the demo's)
	$(BIN)/tensorboard --logdir $(or $(ROOT),data)/08_reporting/tensorboard

# What both locks are checked for; docs/install.md says where they were really installed.
PLATFORMS := x86_64-manylinux_2_28 aarch64-manylinux_2_28 aarch64-apple-darwin
PYTHONS := 3.11 3.12 3.13
EXTRAS := $(foreach extra,study serve ray-serve dicom,--extra $(extra))
COMPILE = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --group dev $(EXTRAS) \
	--no-annotate --no-header pyproject.toml
RESOLVE = MACOSX_DEPLOYMENT_TARGET=14.0 $(BIN)/uv pip install --quiet --dry-run \
	--only-binary :all: --target .venv/nothing
# What torch requires for CUDA; what only these require is left out with them.
CUDA := cuda-bindings cuda-toolkit nvidia-cudnn-cu13 nvidia-cusparselt-cu13 nvidia-nccl-cu13 \
	nvidia-nvshmem-cu13 triton

lock: install ## Make both locks from pyproject.toml, keeping their versions, and check them
	$(COMPILE) --output-file requirements.lock
	printf '%s\n' $(CUDA) > .venv/cuda.txt
	$(COMPILE) --constraints requirements.lock --excludes .venv/cuda.txt \
		--output-file .venv/cpu.lock
	! grep -E '^(nvidia|cuda|triton)' .venv/cpu.lock
	{ echo '# requirements.lock without CUDA: PyTorch for the CPU is not on PyPI for Linux.'; \
	  echo '--extra-index-url $(CPU_INDEX)'; \
	  sed -E "s/^torch(vision)?==.*/&+cpu ; sys_platform == 'linux'/" .venv/cpu.lock; \
	  sed -nE "s/^torch(vision)?==.*/& ; sys_platform == 'darwin'/p" .venv/cpu.lock; \
	} > requirements-cpu.lock
	for platform in $(PLATFORMS); do for python in $(PYTHONS); do \
		echo "Resolving for $$platform, Python $$python"; \
		set -- --python-platform $$platform --python-version $$python; \
		$(RESOLVE) "$$@" --requirement requirements.lock || exit 1; \
		$(RESOLVE) "$$@" --no-deps --requirement .venv/cpu.lock || exit 1; \
	done; done
