# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# The suites of scripts/test: each is a function that writes what people want to read when it fails to standard
# output and calls `result` for what it found out. Errexit does not hold: every step says what failure means.

# shellcheck disable=SC2034 # read by the scripts that source this file
declare -A SUITE_SUMMARY=(
	[setup]='packages, kernels and a small Debian are there'
	[lint]='scripts/lint'
	[gcc]='everything builds with gcc, optimised, without warnings'
	[clang]='everything builds with clang, optimised, without warnings'
	[unit]='unit tests under AddressSanitizer and UndefinedBehaviorSanitizer'
	[policies]='the shipped policies are valid and pass the tests inside them'
	[native]='policyd on this machine, where that has no BPF LSM (in a cgroup of its own)'
	[fuzz]='every fuzzer over its corpus and for a while'
	[bench]='no decision needs more instructions than committed'
	[reproducible]='another build elsewhere has the same bytes'
	[siem]='what rsyslogd makes of the events, as packaging/siem configures it'
	[package]='the Debian package in a machine that systemd boots'
	[vm]='the cases of tests/vm on every kernel'
)

# result passed|failed|skipped COUNT NAME
result() {
	printf '%s\t%s\t%s\n' "$1" "$2" "$3" >>"$RESULTS"
	printf '=== %s: %s\n' "$1" "$3"
}

# test_that NAME COMMAND…: one test.
test_that() {
	local name=$1
	shift
	if "$@"; then
		result passed 1 "$name"
	else
		result failed 1 "$name"
		return 1
	fi
}

# build DIR [CMAKE OPTION…] [-- TARGET…]: goes on after errors to show them all. One at a time in a folder.
build() {
	local dir=$1 options=()
	shift
	while (($#)) && [[ $1 != -- ]]; do
		options+=("$1")
		shift
	done
	shift
	mkdir -p "$dir"
	(
		flock 8
		configure "$dir" -DPOLICYD_WERROR=ON "${options[@]}" && ninja -k 0 -C "$dir" "$@" 8>&-
	) 8>"$dir/build.lock"
}

build_gcc() {
	build "$ROOT/build/gcc" -DCMAKE_C_COMPILER=gcc
}

suite_setup() {
	test_that 'scripts/setup --packages' "$ROOT/scripts/setup" --packages
	test_that 'scripts/setup --kernels' "$ROOT/scripts/setup" --kernels
	test_that 'scripts/setup --debian' "$ROOT/scripts/setup" --debian
}

# import_counts LINE NAME: the counts of a program that ends with "N passed, N failed[, N skipped]".
import_counts() {
	local pattern='^([0-9]+) passed, ([0-9]+) failed(, ([0-9]+) skipped)?$'
	if [[ ! $1 =~ $pattern ]]; then
		result failed 1 "$2 ended without counts"
		return
	fi
	result passed "${BASH_REMATCH[1]}" "$2"
	((BASH_REMATCH[2] == 0)) || result failed "${BASH_REMATCH[2]}" "$2"
	((${BASH_REMATCH[4]:-0} == 0)) || result skipped "${BASH_REMATCH[4]}" "$2"
}

# run_counted NAME COMMAND…: shows its output and takes the counts from the last line of it.
run_counted() {
	local name=$1 output status
	shift
	output=$LOGS/$name.output
	"$@" >"$output" 2>&1
	status=$?
	cat "$output"
	import_counts "$(tail -n 1 "$output")" "$name"
	# A program may not fail without saying what.
	((status == 0)) || grep -q '^failed' "$RESULTS" || result failed 1 "$name: exit status $status"
}

suite_lint() {
	run_counted lint "$ROOT/scripts/lint"
	grep '^not ok' "$LOGS/lint.output"
	return 0
}

suite_gcc() {
	test_that 'gcc -O2 -Werror' build_gcc || return 0
	# With sanitizers (suite unit) there are fewer: they take five times as long.
	test_that 'a million random decisions are those of the reference' \
		env POLICYD_COMPARISONS=1000000 "$ROOT/build/gcc/tests/test_compare"
}

suite_clang() {
	test_that 'clang -O2 -Werror' build "$ROOT/build/clang" -DCMAKE_C_COMPILER=clang
}

# Check's own line has the tests of a program; a program that fails without one (it crashed, it leaks) counts once.
count_unit_tests() {
	awk '
		/^[0-9]+: [0-9]+%: Checks: / {
			program = $1 + 0
			gsub(/[^0-9 ]/, " ")
			checks[program] = $3; bad[program] = $4 + $5
		}
		/Test +#[0-9]+: / {
			sub(/.*Test +#/, ""); program = $1 + 0; name = $2
			failed = /\*\*\*/
			if (failed && !bad[program]) { bad[program] = 1; if (!checks[program]) checks[program] = 1 }
			if (!checks[program]) checks[program] = 1
			good = checks[program] - bad[program]
			if (good > 0) print "passed\t" good "\t" name
			if (bad[program]) print "failed\t" bad[program] "\t" name
		}
	' "$1"
}

suite_unit() {
	local dir=$ROOT/build/debug output=$LOGS/unit.ctest
	build "$dir" -DCMAKE_C_COMPILER=gcc -DCMAKE_BUILD_TYPE=Debug -DPOLICYD_SANITIZE=ON
	test_that 'gcc -O0 -Werror with sanitizers' test $? = 0 || return 0
	ctest --test-dir "$dir" --parallel "$(nproc)" --verbose >"$output" 2>&1
	count_unit_tests "$output" >>"$RESULTS"
	# Only what is wrong: the whole is in unit.ctest.
	grep -E '^[0-9]+: .*(:[FE]:|ERROR: |runtime error|SUMMARY)|\*\*\*' "$output"
	return 0
}

suite_policies() {
	local policyctl=$ROOT/build/gcc/policyctl files
	build_gcc >/dev/null || {
		result failed 1 'no policyctl'
		return 0
	}
	files=$(find "$ROOT/policies" -name '*.yaml' 2>/dev/null | wc -l)
	if ((files == 0)); then
		result skipped 1 'there are no policies'
		return 0
	fi
	test_that 'policyctl check policies' "$policyctl" check "$ROOT/policies"
	run_counted policy-tests "$policyctl" test "$ROOT/policies"
}

suite_native() {
	build_gcc >/dev/null
	run_counted native-degraded "$ROOT/tests/native/degraded" "$ROOT/build/gcc"
	run_counted native-ingress "$ROOT/tests/native/ingress" "$ROOT/build/gcc"
	grep -hE '^not ok|# SKIP' "$LOGS"/native-*.output
	return 0
}

# run_fuzzer DIR NAME SECONDS: new inputs go to a corpus of the build, what it found wrong to the logs.
run_fuzzer() {
	local dir=$1 name=$2 seconds=$3 seeds=$ROOT/tests/fuzz/corpus/$2 dictionary=$ROOT/tests/fuzz/$2.dict
	local fuzzer=$dir/tests/fuzz/fuzz_$name log=$LOGS/fuzz-$name.log
	local corpus=$dir/corpus/$name options=(-timeout=20 -rss_limit_mb=2048 "-artifact_prefix=$LOGS/fuzz-$name-")
	mkdir -p "$corpus" "$seeds"
	[[ ! -e $dictionary ]] || options+=("-dict=$dictionary")
	{
		echo '--- the corpus'
		find "$seeds" -type f -exec "$fuzzer" "${options[@]}" {} + &&
			echo "--- $seconds seconds" &&
			"$fuzzer" "${options[@]}" -max_total_time="$seconds" -print_final_stats=1 "$corpus" "$seeds"
	} >"$log" 2>&1
}

# fuzz DIR SECONDS: all fuzzers, as many at a time as there are processors.
fuzz() {
	local dir=$1 seconds=$2 source name
	local -A running=()
	for source in "$ROOT"/tests/fuzz/fuzz_*.c; do
		name=$(basename "$source" .c)
		((${#running[@]} < $(nproc))) || fuzz_wait
		run_fuzzer "$dir" "${name#fuzz_}" "$seconds" &
		running[$!]=${name#fuzz_}
	done
	while ((${#running[@]})); do
		fuzz_wait
	done
}

# fuzz_wait: the next fuzzer of `running` that ends.
fuzz_wait() {
	local pid status name
	wait -n -p pid "${!running[@]}"
	status=$?
	name=${running[$pid]}
	unset "running[$pid]"
	if ((status == 0)); then
		result passed 1 "fuzz_$name ($(sed -n 's/^stat::number_of_executed_units: *//p' "$LOGS/fuzz-$name.log") runs)"
	else
		result failed 1 "fuzz_$name"
		grep -E 'ERROR|SUMMARY|Test unit|runtime error' "$LOGS/fuzz-$name.log" || tail -n 5 "$LOGS/fuzz-$name.log"
	fi
}

build_fuzzers() {
	build "$ROOT/build/fuzz" -DCMAKE_C_COMPILER=clang -DPOLICYD_FUZZ=ON -- fuzzers
}

suite_fuzz() {
	test_that 'the fuzzers build' build_fuzzers || return 0
	fuzz "$ROOT/build/fuzz" "${FUZZ_SECONDS:-30}"
}

# bench_compare: the counts of a decision beside the committed ones.
bench_compare() {
	local WORK=$LOGS/bench BENCH=$ROOT/build/gcc/bench-bin
	# shellcheck source=tests/bench/bench.sh
	. "$ROOT/tests/bench/bench.sh"
	mkdir -p "$WORK" "$BENCH"
	ln -sf ../policyctl ../tests/bench/bench_decide "$BENCH"
	counts 1 1000 | tee "$WORK/measured.tsv"
	compare "$ROOT/tests/bench/expected.tsv" "$WORK/measured.tsv" || return 1
	# A comparison that cannot fail is none.
	awk -F '\t' -v OFS='\t' '!/^#/ { $2 = int($2 / 1.03) } { print }' "$ROOT/tests/bench/expected.tsv" >"$WORK/stricter.tsv"
	! compare "$WORK/stricter.tsv" "$WORK/measured.tsv" >/dev/null
}

# bench_compare_machine: what policyd adds to system calls in the virtual machine, likewise. A few instructions more or
# less are where the loop stands.
bench_compare_machine() {
	local WORK=$LOGS/bench
	# shellcheck source=tests/bench/bench.sh
	. "$ROOT/tests/bench/bench.sh"
	# shellcheck source=tests/bench/machine.sh
	. "$ROOT/tests/bench/machine.sh"
	mkdir -p "$WORK"
	machine_counts "$ROOT/build/gcc" | tee "$WORK/machine.tsv"
	compare "$ROOT/tests/bench/expected-machine.tsv" "$WORK/machine.tsv" 8 || return 1
	sed 's/open-10	.*/open-10	300/' "$ROOT/tests/bench/expected-machine.tsv" >"$WORK/stricter.tsv"
	! compare "$WORK/stricter.tsv" "$WORK/machine.tsv" 8 >/dev/null
}

suite_bench() {
	build_gcc >/dev/null
	test_that 'decisions cost what they did' bench_compare
	test_that 'system calls cost what they did' bench_compare_machine
}

# The other build: a copy of the tree at another path, in a build folder of another depth.
suite_reproducible() {
	local place file ours=$ROOT/build/gcc theirs
	place=$(mktemp -d)
	# shellcheck disable=SC2064 # now, while it has a value
	trap "rm -rf '$place'" EXIT
	theirs=$place/out/of/tree
	mkdir -p "$place/copy"
	tar -C "$ROOT" --exclude=./build --exclude='./build-*' --exclude=./.git -cf - . | tar -C "$place/copy" -xf -
	build_gcc >/dev/null
	ROOT=$place/copy build "$theirs" -DCMAKE_C_COMPILER=gcc -DPOLICYD_TESTS=OFF | tail -n 3
	for file in policyd policyctl bpf/policyd.bpf.o; do
		test_that "$file has the same bytes" cmp "$ours/$file" "$theirs/$file"
	done
	sha256sum "$ours"/{policyd,policyctl,bpf/policyd.bpf.o}
}

suite_siem() {
	run_counted siem "$ROOT/tests/siem/run"
	grep '^not ok' "$LOGS/siem.output"
	return 0
}

suite_package() {
	build_gcc >/dev/null
	run_counted package "$ROOT/tests/package/run"
	grep '^not ok' "$LOGS/package.output"
	return 0
}

hooks_compare() {
	"$ROOT/tests/vm/hooks" "$ROOT/build/gcc" | diff "$ROOT/docs/hooks.md" -
}

suite_vm() {
	build_gcc >/dev/null
	# shellcheck disable=SC2086 # several options
	run_counted vm "$ROOT/tests/vm/run" --build "$ROOT/build/gcc" --kernel all ${VM_OPTIONS:-}
	grep '^not ok' "$LOGS/vm.output"
	# Without the newest kernel's packages, or with some of the cases only, there is no whole table.
	if [[ -z ${VM_OPTIONS:-} && -e $ROOT/build/gcc/vm/7.3/80-hook-matrix.log ]]; then
		test_that 'docs/hooks.md is what the kernels called (tests/vm/hooks)' hooks_compare
	fi
	return 0
}
