# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# Rule files of any size, and how their decisions are counted. Sourced by scripts/bench and by the suite
# `bench` of scripts/test; BENCH is the folder of the programs, WORK a folder for files.

# shellcheck disable=SC2034 # read by the scripts that source this file
RULE_KINDS=(literal subtree wildcard mixed network)

# rules KIND COUNT: a policy. The first rules are the same in each size, so the questions are too.
rules() {
	awk -v kind="$1" -v count="$2" 'BEGIN {
		print "version: 1\npolicy: bench\nmode: enforce"
		print kind == "network" ? "network:" : "file:"
		for (i = 0; i < count; i++) {
			shape = kind == "mixed" ? i % 3 : kind == "subtree" ? 1 : kind == "wildcard" ? 2 : 0
			if (kind == "network") {
				print "  - deny: connect\n    protocol: tcp"
				printf "    to: %d.%d.%d.0/24\n", 11 + int(i / 65536), int(i / 256) % 256, i % 256
				print "    port: 443"
				continue
			}
			print "  - deny: read"
			if (shape == 0)
				printf "    path: /srv/app%d/data/d%d/file%d.conf\n", i % 1000, int(i / 1000), i
			else if (shape == 1)
				printf "    path: /srv/app%d/tree/d%d/t%d/\n", i % 1000, int(i / 1000), i
			else
				printf "    path: /srv/app%d/*/conf.d/file%d.conf\n", i, i
		}
	}'
}

# apparmor_profile KIND COUNT: the same rules, those of paths, in the language of AppArmor.
apparmor_profile() {
	printf 'profile bench /opt/bench_measure {\n  file,\n  network,\n  capability,\n  signal,\n  unix,\n'
	rules "$1" "$2" | sed -n -e 's,^    path: \(.*\)/$,  deny \1/** r\,,p' -e t -e 's/^    path: \(.*\)$/  deny \1 r,/p'
	printf '}\n'
}

# nftables_table COUNT: the rules of addresses, as a set of nftables that is asked of each packet that leaves.
nftables_table() {
	printf 'table inet bench {\n\tset blocked { type ipv4_addr; flags interval; elements = { '
	rules network "$1" | sed -n 's/^    to: //p' | paste -sd ,
	printf '\t} }\n\tchain out { type filter hook output priority 0;\n\t\tip daddr @blocked tcp dport 443 drop\n\t}\n}\n'
}

# questions KIND: NAME and QUESTION, one to a line.
questions() {
	case $1 in
	literal | mixed) printf '%s\n' 'match file read /srv/app0/data/d0/file0.conf' ;;
	subtree) printf '%s\n' 'match file read /srv/app0/tree/d0/t0/a/b/c/d' ;;
	wildcard) printf '%s\n' 'match file read /srv/app0/any/conf.d/file0.conf' ;;
	network) printf '%s\n' 'match network connect tcp 11.0.0.7:443' 'none network connect tcp 9.9.9.9:443' ;;
	esac
	[[ $1 == network ]] || printf '%s\n' 'none file read /usr/share/doc/base-files/README' \
		'near file read /srv/app0/data/d0/file0.txt'
}

# decision_count FILE QUESTION: instructions of one decision.
decision_count() {
	valgrind --tool=callgrind --callgrind-out-file=/dev/null --collect-atstart=no \
		--toggle-collect=decide_once "$BENCH/bench_decide" "$1" "$2" 2>&1 >/dev/null |
		sed -n 's/^==[0-9]*== Collected : \([0-9]*\)$/\1/p'
}

# compile_count FILE: instructions of `policyctl check` of a file, on the host of an empty list of facts.
compile_count() {
	valgrind --tool=callgrind --callgrind-out-file=/dev/null "$BENCH/policyctl" check --host "$WORK/host" "$1" \
		2>&1 >/dev/null | sed -n 's/^==[0-9]*== Collected : \([0-9]*\)$/\1/p'
}

# counts SIZE…: the rows that CI compares, "KIND SIZE ROW<tab>INSTRUCTIONS".
counts() {
	local kind size name question
	printf 'mount 1 / / ext4\n' >"$WORK/host"
	for kind in "${RULE_KINDS[@]}"; do
		for size in "$@"; do
			rules "$kind" "$size" >"$WORK/$kind-$size.yaml"
			while read -r name question; do
				printf '%s %s %s\t%s\n' "$kind" "$size" "$name" \
					"$(decision_count "$WORK/$kind-$size.yaml" "$question")"
			done < <(questions "$kind")
		done
	done
}

# compare EXPECTED MEASURED: rows that got worse by more than 2 %, or that one of them has not; 1 if there are any.
compare() {
	awk -F '\t' -v slack="${3:-0}" '
		FNR == NR { if ($0 !~ /^#/) expected[$1] = $2; next }
		!($1 in expected) { print "row " $1 " is not expected"; bad = 1; next }
		{ seen[$1] = 1 }
		$2 !~ /^-?[0-9]+$/ || $2 == 0 && expected[$1] != 0 { print "row " $1 " was not measured"; bad = 1; next }
		$2 > expected[$1] * 1.02 + slack { print "row " $1 ": " $2 " instructions, expected " expected[$1]; bad = 1 }
		END {
			for (row in expected) if (!(row in seen)) { print "row " row " is missing"; bad = 1 }
			exit bad
		}
	' "$1" "$2"
}
