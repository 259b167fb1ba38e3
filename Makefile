# Everything that is done with this project, from a fresh machine with Python 3.11 or newer and make.

PORT ?= 8800
NAME ?= unnamed
WORKERS ?= 2

# The environment is made anew when what it is made from has changed.
HASH := $(shell cat pyproject.toml constraints.txt | cksum | cut -d ' ' -f 1)
TO_RUN := .venv/ready-to-run-$(HASH)
TO_WORK := .venv/ready-to-work-$(HASH)
BIN := .venv/bin

help: ## Say what can be made
	@grep -hE '^[a-z0-9-]+:.*## ' Makefile | awk -F ':.*## ' '{ printf "  make %-12s %s\n", $$1, $$2 }'

demo: $(TO_RUN) ## Run the imaginary company and follow its story (PORT=8800, FRESH=1 to start anew)
	@$(BIN)/ariane demo --port $(PORT) $(if $(FRESH),--fresh)

test: lint speedups ## Check the code, then run all tests, on both databases and in a browser
	$(BIN)/pytest -n $(WORKERS) --dist loadscope -q
	ARIANE_SPEEDUPS=no $(BIN)/pytest -n $(WORKERS) --dist loadscope -q tests/walk tests/language

lint: $(TO_WORK) ## Check format, style and types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

format: $(TO_WORK) ## Put the code in format
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

speedups: $(TO_WORK) ## Compile the walk, where there is a C compiler: it then walks twice as fast
	@$(BIN)/python -m ariane.speedups

bench: speedups ## Measure speed against its goals and peers; writes build/bench.json
	$(BIN)/python -m tests.bench

storm: $(TO_WORK) ## Kill robots, carrier, mail server and database for ten minutes, and count afterwards
	$(BIN)/python -m tests.storm

migration: $(TO_WORK) ## Propose the next step of the schema (NAME="add something")
	$(BIN)/python -m ariane.migrations.propose $(NAME)
	$(BIN)/ruff check -q --fix ariane/migrations/versions
	$(BIN)/ruff format -q ariane/migrations/versions

i18n: $(TO_WORK) ## Gather the sentences to translate, and compile the catalogue
	$(BIN)/python -m ariane.catalogue

constraints: $(TO_WORK) ## Freeze the environment into constraints.txt
	$(BIN)/python -m pip freeze --exclude-editable --exclude ariane | sort -f > constraints.txt

clean: ## Remove the environment and all that was built; data of the demo stays
	rm -rf .venv build

.PHONY: help demo test lint format speedups bench storm migration i18n constraints clean

$(TO_RUN):
	@sh .ci/environment .
	@touch $@

$(TO_WORK):
	@sh .ci/environment '.[test,dev]'
	@touch $(TO_RUN) $@
