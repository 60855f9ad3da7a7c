# Two commands are all a user needs: make site, make test. What they do stands in scripts/*.sh.
# ARGS goes to the program behind the target: make site ARGS="--edition training", make test ARGS="-k search".
.NOTPARALLEL:
.PHONY: help site test test-full check lint bench lock clean distclean
ARGS =

help:
	@sed -n 's/^#: //p' Makefile

#: make site       build the reference site into site/ and say what to open
site:
	@sh scripts/site.sh $(ARGS)

#: make test       tests of the package, the site in a browser, the set-up
test:
	@sh scripts/test.sh $(ARGS)

#: make test-full  … and the long ones
test-full:
	@sh scripts/test.sh -m "full or not full" $(ARGS)

#: make check      lint, types, layers, JavaScript; then the tests
check: lint test

#: make lint       the first half of make check
lint:
	@sh scripts/lint.sh

#: make bench      time and memory of builds beside other generators
bench:
	@sh scripts/bench.sh $(ARGS)

#: make lock       refresh the pinned dependencies (maintainers, needs the network)
lock:
	@sh scripts/lock.sh

#: make clean      remove what was built; make distclean: and what was installed
clean:
	@sh scripts/clean.sh

distclean: clean
	rm -rf .venv .venv-lock tests/node/node_modules
