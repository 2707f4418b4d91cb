# SPDX-License-Identifier: Apache-2.0
"""Asks a web server for a path, with what follows as its query, and prints the answer: ask.py PORT PATH [QUERY]."""
import sys
import urllib.error
import urllib.parse
import urllib.request

query = "?" + urllib.parse.quote(sys.argv[3], safe="") if len(sys.argv) > 3 else ""
try:
    with urllib.request.urlopen("http://127.0.0.1:%s%s%s" % (sys.argv[1], sys.argv[2], query), timeout=30) as answer:
        print(answer.read().decode(errors="replace"))
except urllib.error.HTTPError as error:
    print(error, error.read().decode(errors="replace"))
