#!/bin/sh
# Prints the path of a Chromium or Chrome that starts; ends with 1 where there is none.
for name in "${CHROMIUM:-}" chromium chromium-browser google-chrome google-chrome-stable; do
	[ -n "$name" ] && path=$(command -v "$name") && "$path" --version >/dev/null 2>&1 && echo "$path" && exit
done
exit 1
