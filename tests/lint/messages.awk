# SPDX-License-Identifier: Apache-2.0
#
# Messages that no test expects: awk -f messages.awk TEST-FILE… -- SOURCE… . Of a message's format the parts between its
# conversions have to stand in the tests in their order, close to each other. Prints "FILE: MESSAGE" for each that does
# not; exit status 1 if there are any.

BEGIN {
	RS = "\001" # a whole file at a time
	calls = "(parse_error|parse_warning|model_fail|pattern_fail|yaml_build_error|diagnostic_add|refuse)\\("
	for (i = 1; i < ARGC; i++)
		if (ARGV[i] == "--") {
			ARGV[i] = "sources=1"
		}
}

function unescape(text) {
	gsub(/\\"/, "\"", text)
	gsub(/\\\\/, "\\", text)
	return text
}

# Strings that stand side by side are one.
!sources {
	gsub(/"[ \t\n]*"/, "")
	tests = tests unescape($0)
	next
}

# The pieces from number `at` on stand behind one another in `text`.
function follows(text, pieces, at, count,    place) {
	for (; at <= count; at++) {
		if (length(pieces[at]) < 4)
			continue
		place = index(text, pieces[at])
		if (!place || place > 300)
			return 0
		text = substr(text, place + length(pieces[at]))
	}
	return 1
}

function expected(format,    pieces, count, first, rest, place) {
	count = split(format, pieces, /%[-0-9.*]*[lzhj]*[a-zA-Z]/)
	for (first = 1; first <= count; first++)
		gsub(/%%/, "%", pieces[first])
	for (first = 1; first <= count && length(pieces[first]) < 4; first++)
		;
	if (first > count)
		return 1
	rest = tests
	while ((place = index(rest, pieces[first]))) {
		rest = substr(rest, place + length(pieces[first]))
		if (follows(substr(rest, 1, 2000), pieces, first + 1, count))
			return 1
	}
	return 0
}

# The string at the beginning of `rest`, with those that continue it; `rest` goes on behind it.
function literal(    text) {
	text = ""
	while (match(rest, /^"([^"\\]|\\.)*"[ \t\n]*/)) {
		text = text bare(substr(rest, 1, RLENGTH))
		rest = substr(rest, RLENGTH + 1)
		if (match(rest, /^PRI[a-zA-Z0-9]+[ \t\n]*/)) {
			text = text "u"
			rest = substr(rest, RLENGTH + 1)
		}
	}
	return unescape(text)
}

function bare(quoted) {
	sub(/"[ \t\n]*$/, "", quoted)
	return substr(quoted, 2)
}

# The calls in a source, up to the semicolon of each.
{
	rest = $0
	while (match(rest, calls)) {
		rest = substr(rest, RSTART + RLENGTH)
		while (match(rest, /[";]/) && substr(rest, RSTART, 1) == "\"") {
			rest = substr(rest, RSTART)
			format = literal()
			if (format ~ / / && length(format) > 8 && !expected(format)) {
				print FILENAME ": " format
				bad = 1
			}
		}
	}
}

END {
	exit bad
}
