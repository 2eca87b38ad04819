#!/bin/sh
# Known vulnerabilities of what is installed in DIR, by pip-audit in a virtual environment of its own: audit.sh DIR
# It reports and does not judge: exit code 0, also where the database cannot be asked, which it says.
set -eu
venv=$1
tool=$venv/audit
if [ ! -x "$tool/bin/pip-audit" ]; then
    "$venv/bin/python" -m venv "$tool"
    "$tool/bin/pip" install --quiet --disable-pip-version-check pip-audit || {
        echo "pip-audit: not installed here, nothing was audited"
        exit 0
    }
fi
packages=$("$venv/bin/python" -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
report=$tool/report.json
timeout 120 "$tool/bin/pip-audit" --path "$packages" --skip-editable --format json --progress-spinner off \
    >"$report" 2>"$report.err" || true
"$venv/bin/python" - "$report" <<'PY'
import json, sys

try:
    found = json.load(open(sys.argv[1], encoding="utf-8"))["dependencies"]
except (OSError, ValueError, KeyError):
    print("pip-audit: the database could not be asked, nothing was audited")
    raise SystemExit
asked = [package for package in found if "skip_reason" not in package]
bad = [(package, vuln) for package in asked for vuln in package["vulns"]]
print(f"pip-audit: {len(asked)} packages audited, {len(found) - len(asked)} could not be, {len(bad)} known vulnerabilities")
for package, vuln in bad:
    print(f"  {package['name']} {package['version']}: {vuln['id']}, fixed in {', '.join(vuln['fix_versions']) or 'none'}")
PY
