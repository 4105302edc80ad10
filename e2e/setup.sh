#!/bin/sh
# Gets what the end-to-end tests need: node 20 or newer, a Chromium, a C++
# compiler and python3 (one npm package is built here), and the npm packages
# of package-lock.json. Says nothing and does nothing where all is there.
# On Debian and Ubuntu what is missing comes through apt; elsewhere the script
# lists it, says how to get it, and ends with 1.
set -eu
cd "$(dirname "$0")"
. ./path.sh

say() { echo "e2e: $*" >&2; }

# tried COMMAND…: three tries, since registries hiccup.
tried() {
	for pause in 5 20 0; do
		"$@" && return
		[ "$pause" = 0 ] || { say "failed: $*; trying again in $pause s"; sleep "$pause"; }
	done
	return 1
}

node_fits() { node -e 'process.exit(+process.versions.node.split(".")[0] >= 20 ? 0 : 1)' 2>/dev/null; }

# missing prints what is not there, as Debian packages.
missing() {
	node_fits || echo nodejs
	command -v npm >/dev/null || echo npm
	./chromium.sh >/dev/null || echo chromium
	# Only the first build of the packages needs these.
	if ! installed; then
		command -v g++ >/dev/null && command -v make >/dev/null || echo build-essential
		command -v python3 >/dev/null || echo python3
	fi
}

# wanted is what node_modules was, or has to be, made from: the lock file, and
# the node that native modules are built for.
wanted() { { cat package-lock.json; node --version; } | sha256sum; }
stamp=node_modules/.tonfall-stamp
installed() { node_fits && [ -f $stamp ] && [ "$(cat $stamp)" = "$(wanted)" ]; }

need=$(missing)
if [ -n "$need" ] && command -v apt-get >/dev/null; then
	say "installing through apt:" $need
	root=
	[ "$(id -u)" = 0 ] || root=sudo
	export DEBIAN_FRONTEND=noninteractive
	tried $root apt-get -q update >&2 || true
	tried $root apt-get -q install -y --no-install-recommends $need >&2 || true
	if ! node_fits && command -v npm >/dev/null; then
		say "this system's node is older than 20; taking one from the npm registry"
		tried npm install --no-save --no-audit --no-fund --loglevel=error --prefix .cache/node $node_package@22.23.3 >&2 || true
	fi
	need=$(missing)
fi
if [ -n "$need" ]; then
	say "missing:" $need
	say "nodejs must be 20 or newer and bring npm: https://nodejs.org/en/download"
	say "chromium may be Chromium or Chrome: in PATH, or its path in CHROMIUM"
	say "build-essential stands for make and g++; macOS has them in xcode-select --install"
	exit 1
fi

if ! installed; then
	say "installing the npm packages; one is compiled, which takes some minutes"
	# Native modules are built against node's own headers where it brings them,
	# rather than against a download.
	prefix=$(dirname "$(dirname "$(readlink -f "$(command -v node)")")")
	[ ! -f "$prefix/include/node/node.h" ] || export npm_config_nodedir="$prefix"
	export JOBS=max
	tried npm ci --no-audit --no-fund --loglevel=error >&2
	# npm may hold install scripts back.
	node -e 'new (require("better-sqlite3"))(":memory:")' 2>/dev/null || tried npm rebuild better-sqlite3 >&2
	node -e 'new (require("better-sqlite3"))(":memory:")'
	wanted >$stamp
fi
