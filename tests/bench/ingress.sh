# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2153
#
# The block-list at interfaces beside nftables' ingress set, on this machine: a veth pair in a network namespace of
# its own. Sourced by scripts/bench.

INGRESS_SIZES=(1 1000 100000)
INGRESS_FRAMES=1000000
INGRESS_ROUNDS=8
NAMESPACE=policyd-bench-$$

ingress_end() {
	ip netns del "$NAMESPACE" 2>/dev/null || true
	[[ ! ${INGRESS_CGROUP:-} ]] || rmdir "$INGRESS_CGROUP" 2>/dev/null || true
}

# there COMMAND…: in the namespace.
there() { nsenter --net="/run/netns/$NAMESPACE" "$@"; }

# cable: a new veth pair, in0 behind out0. What a driver gives to in0 goes to the same work there as from a card:
# NAPI, which veth has with GRO on.
cable() {
	ip netns del "$NAMESPACE" 2>/dev/null || true
	ip netns add "$NAMESPACE"
	ip -n "$NAMESPACE" link add out0 type veth peer name in0
	ip -n "$NAMESPACE" link set in0 address 02:00:00:00:00:01
	there ethtool -K in0 gro on
	there ethtool -K out0 gro on
	ip -n "$NAMESPACE" link set out0 up
	ip -n "$NAMESPACE" link set in0 up
}

# sends ADDRESS: nanoseconds of all rounds, if each were as fast as the fastest: what disturbs makes it more. Sender and list have one processor together, as a card's queue has.
sends() {
	local round
	for ((round = 0; round < INGRESS_ROUNDS; round++)); do
		there nice -n -10 taskset -c 1 "$INGRESS_BIN/bench_packets" out0 "$1" "$INGRESS_FRAMES"
	done | awk 'NR == 1 || $2 < least { least = $2 } END { printf "%.0f", least * NR }'
}

# cost NANOSECONDS PACKETS: of one packet. Packets that were lost on the way count for nothing; many lost ones are none
# that were measured.
cost() {
	local sent=$((INGRESS_FRAMES * INGRESS_ROUNDS))
	(($2 <= sent && $2 * 10 > sent * 8)) || die "$2 of $sent packets came to the list"
	awk -v time="$1" -v packets="$2" 'BEGIN { printf "%.0f", time / packets }'
}

nft_load() {
	{
		printf 'table netdev bench {\n\tset blocked { type ipv4_addr; flags interval; elements = { '
		"$INGRESS_BIN/bench_ingress" list "$1"
		printf ' } }\n\tchain ingress { type filter hook ingress device in0 priority 0;\n'
		printf '\t\ttcp flags & (syn|ack|rst) == syn ip saddr @blocked counter drop\n\t}\n}\n'
	} >"$WORK/bench.nft"
	there nft -f "$WORK/bench.nft"
}

nft_dropped() {
	there nft list chain netdev bench ingress | sed -n 's/.*counter packets \([0-9]*\) .*/\1/p'
}

# nft_row COUNT: nanoseconds of a packet that is dropped, and of one that passes.
nft_row() {
	local dropped passed count
	cable
	nft_load "$1"
	dropped=$(sends "$("$INGRESS_BIN/bench_ingress" inside "$1")")
	count=$(nft_dropped)
	passed=$(sends "$("$INGRESS_BIN/bench_ingress" outside "$1")")
	[[ $(nft_dropped) == "$count" ]] || die "nftables dropped what is not on its list"
	printf '%s %s' "$(cost "$dropped" "$count")" "$(cost "$passed" $((INGRESS_FRAMES * INGRESS_ROUNDS)))"
}

# policyd_row COUNT: the same.
policyd_row() {
	local inside outside dropped passed count pid input
	cable
	inside=$("$INGRESS_BIN/bench_ingress" inside "$1")
	outside=$("$INGRESS_BIN/bench_ingress" outside "$1")
	coproc LIST { exec nsenter --net="/run/netns/$NAMESPACE" "$INGRESS_BIN/bench_ingress" attach "$INGRESS_CGROUP" "$1" in0; }
	pid=$LIST_PID
	read -r count <&"${LIST[0]}"
	[[ $count == ready ]] || die 'the list could not be put at the interface'
	dropped=$(sends "$inside")
	passed=$(sends "$outside")
	input=${LIST[1]}
	exec {input}>&-
	read -r count <&"${LIST[0]}"
	wait "$pid"
	printf '%s %s' "$(cost "$dropped" "$count")" "$(cost "$passed" $((INGRESS_FRAMES * INGRESS_ROUNDS)))"
}

# mega NANOSECONDS: a million packets in a second.
mega() {
	awk -v cost="$1" 'BEGIN { printf "%.2f", 1000 / cost }'
}

ingress_rows() {
	local size ours theirs
	for size in "${INGRESS_SIZES[@]}"; do
		read -r -a ours <<<"$(policyd_row "$size")"
		read -r -a theirs <<<"$(nft_row "$size")"
		printf '| %s | %s | %s | %s | %s | %s |\n' "$size" "$(mega "${ours[0]}")" "$(mega "${theirs[0]}")" \
			"$(awk -v a="${theirs[0]}" -v b="${ours[0]}" 'BEGIN { printf "%.1f", a / b }')" \
			"$(mega "${ours[1]}")" "$(mega "${theirs[1]}")"
	done
}

ingress_tables() {
	cat <<END
Nanoseconds for a packet in the program (BPF_PROG_TEST_RUN, the least of five rounds of two million):

| prefixes | dropped and counted | request that passes | no request |
| ---: | ---: | ---: | ---: |
$("$INGRESS_BIN/bench_ingress" run "$INGRESS_CGROUP" "${INGRESS_SIZES[@]}" |
		awk -F'\t' 'NR > 1 { printf "| %s | %s | %s | %s |\n", $1, $2, $3, $4 }')

Millions of packets in a second over a veth pair, sender and receiver on one processor, beside an ingress chain of
nftables ($(nft --version | sed 's/ (.*//')) with one rule about the same prefixes as a set of intervals, and a counter:

| prefixes | policyd drops | nftables drops | ratio | policyd lets pass | nftables lets pass |
| ---: | ---: | ---: | ---: | ---: | ---: |
$(ingress_rows)
END
}

# ingress_write: the tables between the marks of docs/ingress.md.
ingress_write() {
	local page=$ROOT/docs/ingress.md root
	root=$(findmnt -n -t cgroup2 -o TARGET | head -n 1)
	INGRESS_BIN=$BUILD/tests/bench
	INGRESS_CGROUP=$root/policyd-bench.$$
	mkdir "$INGRESS_CGROUP"
	trap ingress_end EXIT
	ingress_tables >"$WORK/tables"
	awk -v tables="$WORK/tables" '/^<!-- end/ { skip = 0 } !skip { print }
		/^<!-- scripts\/bench --ingress/ { skip = 1; while ((getline line < tables) > 0) print line }' "$page" >"$WORK/page"
	mv "$WORK/page" "$page"
}
