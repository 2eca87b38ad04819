#!/bin/sh
# Makes the project's own virtual environment: make_venv.sh DIR [EXTRA]
# A bare Debian has Python but neither pip nor ensurepip (PEP 668), so a failing `venv` is mended or explained.
set -eu
venv=$1
extra=${2:-dev}

find_python() {
    for name in "${PYTHON:-}" python3.13 python3.12 python3.11 python3; do
        [ -n "$name" ] || continue
        if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$name"
            return
        fi
    done
    echo "troubleshoot needs Python 3.11 or later; none was found (set PYTHON=/path/to/python3.11)" >&2
    exit 1
}

install_venv_module() {
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        apt-get update -q >&2 && DEBIAN_FRONTEND=noninteractive apt-get install -y -q python3-venv >&2
    else
        echo "Python's venv module is incomplete here. On Debian or Ubuntu: sudo apt-get install python3-venv" >&2
        exit 1
    fi
}

python=$(find_python)
if [ ! -x "$venv/bin/pip" ]; then
    "$python" -c 'import ensurepip' 2>/dev/null || install_venv_module
    "$python" -m venv "$venv"
fi
echo "installing troubleshoot[$extra] into $venv ..." >&2
"$venv/bin/pip" install --quiet --disable-pip-version-check --editable ".[$extra]" >&2
