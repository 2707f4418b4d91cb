# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
#
# Helpers that the project's shell scripts share. Sourced, never run.

# The names of the kernels; 7.3 stands for the newest one that backports has.
# shellcheck disable=SC2034 # read by the scripts that source this file
KERNEL_LABELS=(6.1 6.12 7.3)

note() {
	printf '%s: %s\n' "${0##*/}" "$*" >&2
}

die() {
	note "$@"
	exit 1
}

# Where downloads live: outside the tree, so that a clean clone finds them again.
cache_dir() {
	printf '%s\n' "${POLICYD_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/policyd}"
}

kernel_dir() {
	printf '%s/kernels/%s\n' "$(cache_dir)" "$1"
}

# A kernel folder is complete when its release file is there: it is written last.
kernel_complete() {
	[[ -s $(kernel_dir "$1")/release ]]
}

# What the Debian of the package test has beside what is essential: an init, and what policyd links.
DEBIAN_PACKAGES=(systemd-sysv libbpf1 libjansson4 libnettle8 libseccomp2 libsystemd0 libyaml-0-2)

# The programs that scripts/evaluate-sequences looks at.
PROGRAM_PACKAGES=(nginx-light redis-server openssh-server openssh-client python3-minimal libpython3-stdlib)

# What scripts/bench --work lets work.
WORK_PACKAGES=(nginx-light wrk redis-server redis-tools gcc libc6-dev make)

# tar_of PACKAGE…: named after what is in it, so that another list makes another one.
tar_of() {
	printf '%s/debian/%s.tar\n' "$(cache_dir)" "$(printf '%s\n' "$@" | sha256sum | cut -c 1-12)"
}

debian_tar() {
	tar_of "${DEBIAN_PACKAGES[@]}"
}

work_tar() {
	tar_of "${WORK_PACKAGES[@]}"
}

programs_tar() {
	tar_of "${PROGRAM_PACKAGES[@]}"
}

# configure DIR [CMAKE OPTION…]: cmake's output only when it fails.
configure() {
	local dir=$1 log
	shift
	if ! log=$(cmake -G Ninja -S "$ROOT" -B "$dir" "$@" 2>&1); then
		printf '%s\n' "$log" >&2
		return 1
	fi
}
