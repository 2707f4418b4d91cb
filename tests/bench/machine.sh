# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# What system calls cost in the virtual machine, whose clock counts instructions. Sourced by scripts/bench and by
# the suite `bench`; after tests/bench/bench.sh.

# machine_stage CONFIGURATION…: rule files and profiles for them in WORK/machine.
machine_stage() {
	local name kind size
	mkdir -p "$WORK/machine/rules"
	for name in "$@"; do
		kind=${name%-*} size=${name##*-}
		case $name in
		nftables-*) nftables_table "$size" >"$WORK/machine/$name" ;;
		none | empty* | seccomp | tomoyo | landlock-* | auditd-*) ;;
		shipped-*) awk 'FNR == 1 && NR > 1 { print "---" } { print }' "$ROOT"/policies/*.yaml >"$WORK/machine/rules/$name.yaml" ;;
		apparmor-*)
			apparmor_profile literal "$size" >"$WORK/profile"
			apparmor_parser -QKS --policy-features "$APPARMOR_FEATURES" --kernel-features "$APPARMOR_FEATURES" \
				"$WORK/profile" >"$WORK/machine/$name"
			;;
		*) rules "$kind" "$size" >"$WORK/machine/rules/$name.yaml" ;;
		esac
	done
}
APPARMOR_FEATURES=/usr/share/apparmor-features/features

# More options for tests/vm/run.
MACHINE_FILES=()

# machine_measure BUILD KERNEL LSMS CONFIGURATION…: "CONFIGURATION ROW INSTRUCTIONS" for each row, tabs between.
machine_measure() {
	local build=$1 kernel=$2 lsms=$3 file options=("${MACHINE_FILES[@]}")
	shift 3
	rm -rf "$WORK/machine"
	machine_stage "$@"
	while read -r file; do
		options+=(--file "$file:/opt${file#"$WORK/machine"}")
	done < <(find "$WORK/machine" -type f)
	for file in "$ROOT"/tests/bench/{guest.sh,fixed.yaml} "$build"/tests/bench/bench_{measure,empty}; do
		options+=(--file "$file:/opt/${file##*/}")
	done
	[[ " $* " != *" nftables-"* ]] || options+=(--file /usr/sbin/nft:/usr/sbin/nft)
	[[ " $* " != *" auditd-"* ]] || options+=(--file /usr/sbin/auditctl:/usr/sbin/auditctl)
	"$ROOT/tests/vm/run" --build "$build" --kernel "$kernel" --count-instructions --lsm "$lsms" --memory 4G \
		--append 'TOMOYO_loader=/usr/bin/true TOMOYO_trigger=/usr/bin/false' "${options[@]}" \
		--shell-command "set -- $*; . /opt/guest.sh" >"$WORK/machine.log" || true
	grep -q '^ok.*shell-command' "$WORK/machine.log" || {
		grep -v '^row' "$WORK/machine.log" | head -n 40 >&2
		return 1
	}
	sed -n 's/^row	//p' "$WORK/machine.log"
}

SWITCHES=1000

# machine_switch BUILD: rows of Markdown of what a publication costs, in instructions.
machine_switch() {
	local log=$WORK/machine-switch.log
	"$ROOT/tests/vm/run" --build "$1" --kernel 6.12 --count-instructions --append preempt=full \
		--file "$1/tests/bench/bench_switch:/opt/bench_switch" --file "$ROOT/tests/bench/switch.sh:/opt/switch.sh" \
		--shell-command "set -- $SWITCHES; . /opt/switch.sh" >"$log" || true
	grep -q '^ok.*shell-command' "$log" || {
		tail -n 40 "$log" >&2
		return 1
	}
	awk -F '\t' 'BEGIN {
		what["free map-update"] = "updating one element of a map"
		what["free publish-own"] = "publishing a set in place of another, without waiting"
		what["free open-quiet"] = "opening a file that no rule is about, nothing is published"
		what["free open-switching"] = "the same while sets replace each other, each with another path in one rule"
		what["free open-first"] = "of these, the first after a switch"
		what["rule open-quiet"] = "opening a file about which rules tell programs apart, nothing is published"
		what["rule open-switching"] = "the same while sets replace each other, each with another path in one rule"
		what["rule open-first"] = "of these, the first after a switch"
		what["subject open-first"] = "the first after a switch where also a policy about another program comes and goes"
		what["same open-first"] = "the first after a switch where the same set is published again"
	}
	$1 == "switch" && $2 " " $3 in what { printf "| %s | %d | %d |\n", what[$2 " " $3], $4, $5 }' "$log"
}

EVENTS_COUNT=20000

# machine_events BUILD: the rows of tests/bench/events.sh, then "flood<tab>WHAT<tab>KIND<tab>DONE<tab>DELIVERED<tab>LOST"
# for each line of the case that floods.
machine_events() {
	local log=$WORK/machine-events.log
	auditd_files
	"$ROOT/tests/vm/run" --build "$1" --kernel 6.12 --count-instructions --memory 4G \
		--file "$ROOT/tests/bench/events.sh:/opt/events.sh" "${AUDITD_FILES[@]}" \
		--shell-command "set -- $EVENTS_COUNT; . /opt/events.sh" >"$log" || true
	grep -q '^ok.*shell-command' "$log" || {
		tail -n 40 "$log" >&2
		return 1
	}
	sed -n '/^events	/p' "$log"
	"$ROOT/tests/vm/run" --build "$1" --kernel 6.12 --cases '57-*' >&2 || return 1
	sed -nE 's/^(.*): audited ([0-9]+) delivered ([0-9]+) lost ([0-9]+); denied ([0-9]+) delivered ([0-9]+) lost ([0-9]+)$/flood	\1	audited	\2	\3	\4\nflood	\1	denied	\5	\6	\7/p' \
		"$1/vm/6.12/57-flood.log"
}

# --- Tables, from the files of machine_measure: WORK/machine-KERNEL, -peers, -apparmor, -tomoyo ------------

FILE_ROWS='open-3 open-10 open-30 open-subject open-new overlay-3 overlay-10 overlay-30 overlay-new open-refused
	open-audited create-unlink rename stat read write getpid fork exec'
NETWORK_ROWS='tcp-connect tcp-refused udp-connect udp-sendto getpid'
PEERS='empty literal-1 landlock-1 landlock-10000 seccomp auditd-1 apparmor-1 apparmor-1000 tomoyo'
BY_SIZE=(literal-{1,100,10000,100000} subtree-{1,100,10000,100000} wildcard-{1,100,10000,100000}
	mixed-{1,100,10000,100000})
NETWORK_BY_SIZE=(network-{1,100,10000,100000})
NFTABLES_BY_SIZE=(nftables-{1,100,10000,100000})

# machine_table ROWS COLUMNS FILE…
machine_table() {
	local rows=$1 columns=$2
	shift 2
	# shellcheck disable=SC2086 # words on purpose
	printf '| row | none |%s\n' "$(printf ' %s |' $columns)"
	# shellcheck disable=SC2086
	printf '| --- | ---: |%s\n' "$(printf ' ---:%.0s |' $columns)"
	awk -v share="${share:-0}" -v columns="$columns" -v rows="$rows" -f "$ROOT/tests/bench/table.awk" "$@"
}

# machine_share ROWS COLUMNS FILE…: the same, but as parts of what the work costs without.
machine_share() {
	share=1 machine_table "$@"
}

# added CONFIGURATION ROW FILE: what it adds, in instructions.
added() {
	awk -v value=1 -v columns="$1" -v rows="$2" -f "$ROOT/tests/bench/table.awk" "$3"
}

# machine_all BUILD: measures everything that the page shows.
machine_all() {
	local build=$1 kernel
	machine_measure "$build" 6.12 capability,landlock,bpf none "${BY_SIZE[@]}" empty "${NETWORK_BY_SIZE[@]}" \
		empty-network >"$WORK/machine-6.12"
	machine_measure "$build" 6.12 capability,landlock,bpf none seccomp landlock-1 landlock-10000 auditd-1 \
		>"$WORK/machine-peers"
	machine_measure "$build" 6.12 capability,landlock,bpf none "${NFTABLES_BY_SIZE[@]}" >"$WORK/machine-nftables"
	for kernel in 6.1 7.3; do
		machine_measure "$build" "$kernel" capability,landlock,bpf none landlock-1 literal-1 empty network-1 \
			empty-network >"$WORK/machine-$kernel"
	done
	machine_measure "$build" 6.12 capability,apparmor none apparmor-{1,1000} >"$WORK/machine-apparmor"
	machine_measure "$build" 6.12 capability,tomoyo none tomoyo >"$WORK/machine-tomoyo"
	calls_all "$build"
}

# events_page: docs/benchmarks-events.md, from what machine_events printed.
events_page() {
	cat <<END
<!-- Written by scripts/bench --events. -->
# Benchmarks of events

$(rate_section "$WORK/rate")

## Beside auditd

One process opens a file $EVENTS_COUNT times; each time is audited. The same kernel (6.12), one processor, a clock that counts
instructions (a thousand millions are a second): until the process ended, and until the last event was written. policyd
writes through rsyslogd as Debian configures it, auditd into its own file. Delivered and lost are what the logs say
themselves; auditd's loss is what \`auditctl -s\` says, which counts records, of which an event is several.

| way | done | delivered | reported lost | process | all written |
| --- | ---: | ---: | ---: | ---: | ---: |
$(awk -F '\t' '$1 == "events" { printf "| %s | %s | %s | %s | %s s | %s s |\n", $2, $3, $4, $5, $6, $7 }' "$WORK/machine-events")

Delivered and reported lost together are what was done, or the run fails (policyd's rows).

## More than can be delivered

A ring of 256 KiB and a queue of 1 MiB (\`tests/vm/cases/57-flood.sh\`, kernel 6.12): what was lost is counted, and no
denial is lost. The rows of rsyslogd are those of both floods together.

| stood still | operations | done | delivered | reported lost |
| --- | --- | ---: | ---: | ---: |
$(awk -F '\t' '$1 == "flood" { printf "| %s | %s | %s | %s | %s |\n", $2, $3, $4, $5, $6 }' "$WORK/machine-events" |
		sed 's/ stood still//')
END
}

# target TEXT VALUE LIMIT: a row of the table of targets.
target() {
	printf '| %s | %s | %s |\n' "$1" "$2" "$(verdict "$2" "$3")"
}

machine_targets() {
	local file=$WORK/machine-6.12 floor row
	floor=$(added empty open-10 "$file")
	target 'open+close, no rule tells subjects apart, seen before: instructions over an empty program (200)' \
		$(($(added literal-1 open-10 "$file") - floor)) 200
	target 'open+close, the subject matters, seen before (350)' $(($(added literal-1 open-subject "$file") - floor)) 350
	target 'open+close at depth 10, not seen before (1,000)' $(($(added literal-1 open-new "$file") - floor)) 1000
	for row in open-3 open-subject open-new; do
		target "$row with 100,000 rules of any kind over 1, at most (1.02)" "$(spread "$row" "$file")" 1.02
	done
	for row in stat read write getpid; do
		# A row without any program differs by a dozen within one machine.
		target "$row with file policies: added (0, give or take 12)" "$(added literal-100000 "$row" "$file")" 12
	done
	for row in tcp-refused udp-connect udp-sendto; do
		target "$row: instructions over empty programs (350)" \
			$(($(added network-1 "$row" "$file") - $(added empty-network "$row" "$file"))) 350
	done
	for row in fork exec; do
		target "$row: added, of the whole (0.01)" "$(share "$row" "$file")" 0.01
	done
}

# spread ROW FILE: the largest of what the row adds with any rules over the smallest; less what `stat` differs by in the same
# configuration, which no program sees: a chain of the kernel's table of names that has become longer.
spread() {
	awk -F '\t' -v row="$1" '{ value[$1, $2] = $3 }
		$2 == row && $1 ~ /^(literal|subtree|wildcard|mixed)-/ { names[$1] }
		END {
			for (name in names) {
				added = value[name, row] - value["none", row] - (value[name, "stat"] - value["none", "stat"])
				if (!least || added < least) least = added
				if (added > most) most = added
			}
			printf "%.3f", most / least
		}' "$2"
}

# share ROW FILE: what literal-1 adds, as a part of what it costs without.
share() {
	awk -F '\t' -v row="$1" '$2 == row && $1 == "none" && !base { base = $3 }
		$2 == row && $1 == "literal-1" { printf "%.3f\n", $3 / base - 1 }' "$2"
}

# machine_section: the part of the page about system calls.
machine_section() {
	cat <<END
## System calls

Instructions of one system call (of open and close, of create and unlink, of two renames, of fork and wait, of
socket, connect, accept and close together, in \`tcp-refused\` of a connect where nobody listens) in a virtual machine whose clock counts them, kernel 6.12: without any of these,
and what each adds. \`open-subject\` is a file that a rule names for another subject, \`open-new\` one that was not
opened before, at depth 10; \`overlay\` is the same in an overlay, where a rule is about every name, and the kernel asks about
the layer's file, too; \`empty\` is a program that does nothing on every hook that policyd was on. How to repeat a
row: tests/bench/guest.sh. Fork and exec vary by 0.5 %; other rows, also of calls that no program
sees, by a dozen within one machine.

![what open and close cost](benchmarks-open.svg)

$(machine_table "$FILE_ROWS $NETWORK_ROWS" "$PEERS" "$WORK"/machine-{6.12,peers,apparmor,tomoyo})

With more rules of each kind:

![the number of rules does not matter](benchmarks-rules.svg)

$(machine_table "$FILE_ROWS" "${BY_SIZE[*]}" "$WORK/machine-6.12")

With address rules (prefixes with a port); \`empty-network\` has empty programs on the hooks of these:

$(machine_table "$NETWORK_ROWS" "empty-network ${NETWORK_BY_SIZE[*]}" "$WORK/machine-6.12")

Beside nftables with the same prefixes in a set, asked of each packet that leaves, and AppArmor's mediation, which knows
families and no addresses (its profile permits \`network\`):

$(machine_table "$NETWORK_ROWS" "network-1 network-100000 ${NFTABLES_BY_SIZE[*]} apparmor-1" \
		"$WORK"/machine-{6.12,nftables,apparmor})

On the other kernels:

6.1

$(machine_table "$FILE_ROWS $NETWORK_ROWS" 'empty literal-1 empty-network network-1 landlock-1' "$WORK/machine-6.1")

7.3

$(machine_table "$FILE_ROWS $NETWORK_ROWS" 'empty literal-1 empty-network network-1 landlock-1' "$WORK/machine-7.3")
END
}

# machine_counts BUILD: the rows that CI compares, "CONFIGURATION ROW<tab>INSTRUCTIONS ADDED", on 6.12. Not fork, exec
# and connections, which differ from boot to boot.
machine_counts() {
	machine_measure "$1" 6.12 capability,landlock,bpf none literal-1 network-1 >"$WORK/machine-counts" || return 1
	awk -F '\t' '$1 == "none" { base[$2] = $3; next }
		$2 !~ /fork|exec|connect|rename|create|refused|audited/ { printf "%s %s\t%d\n", $1, $2, $3 - base[$2] }' \
		"$WORK/machine-counts"
}

# --- Plots --------------------------------------------------------------------------------------------

# machine_plots FOLDER: benchmarks-open.svg and benchmarks-rules.svg.
machine_plots() {
	local name size file
	for name in empty literal-1 landlock-1 landlock-10000 seccomp auditd-1 apparmor-1 apparmor-1000 tomoyo; do
		for file in "$WORK"/machine-{6.12,peers,apparmor,tomoyo}; do
			added "$name" open-10 "$file" | sed "s/^/${name/literal-1/policyd} /"
		done
	done >"$WORK/open.dat"
	for size in 1 100 10000 100000; do
		printf '%s' "$size"
		for name in literal subtree wildcard mixed; do
			printf ' %s' "$(added "$name-$size" open-10 "$WORK/machine-6.12")"
		done
		printf '\n'
	done >"$WORK/rules.dat"
	gnuplot -e "data = '$WORK/open.dat'; picture = '$1/benchmarks-open.svg'" "$ROOT/tests/bench/open.gp"
	gnuplot -e "data = '$WORK/rules.dat'; picture = '$1/benchmarks-rules.svg'" "$ROOT/tests/bench/rules.gp"
}
