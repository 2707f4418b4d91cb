# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=dash
#
# Second boot: a set that nobody has confirmed is in force, and the machine goes down without a word.

wait_in_force
denied probe open-read /srv/secret
policy tools <<END_POLICY
version: 1
policy: tools
mode: enforce
exec:
  - deny: run
    path: /usr/bin/factor
END_POLICY
wait_in_force
denied probe exec /usr/bin/factor
allowed probe exec /usr/bin/nproc
setup sync /etc/policyd/policy.d/tools.yaml /etc/policyd/policy.d
touch /run/vm/crash
