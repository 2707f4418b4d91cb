# timeout: 600
# parallel: yes
#
# Directories that move while files below them are opened: not one wrong verdict, neither way.

setup mkdir -p /srv/t/one/b/c /srv/t/free /srv/run /srv/u/in
for name in t/one/b/c/secret t/one/b/c/plain t/free/secret t/free/plain u/in/f; do
	setup cp /etc/hostname "/srv/$name"
done
setup cp /usr/bin/probe /srv/run/opener

policy renames <<'END'
version: 1
policy: renames
mode: enforce
file:
  - {deny: read, path: "/srv/t/{one,other}/b/c/secret"}
  - {deny: read, path: /srv/t/free/secret}
---
version: 1
policy: place
mode: enforce
subject: {exe: /srv/run/opener}
file:
  - {deny: read, path: /srv/u/in/**}
END
start_policyd
processors all

allowed probe race-rename /srv/t/one /srv/t/other "${RENAMES:-10000}" /srv/t/one/b/c/secret /srv/t/one/b/c/plain
allowed probe race-rename /srv/t/one /srv/t/other "${RENAMES:-10000}" /srv/t/free/secret /srv/t/free/plain
processors one
# A name in the log is one that the file had, or it is flagged.
false_names() {
	grep -E ' path="[^"]*/secret"' "$EVENT_LOG" | grep -v 'reason="renamed-meanwhile"' |
		grep -vE ' path="/srv/t/((one|other)/b/c|free)/secret"'
}
event_has 'kind="denied"' ' path="/srv/t/(one|other)/b/c/secret"'
check_not 'a name in the log was never one of the file' false_names
denied probe open-read /srv/t/one/b/c/secret
allowed probe open-read /srv/t/one/b/c/plain

# By somebody whom the policy does not concern: the new place counts at once.
for _ in 1 2 3; do
	denied /srv/run/opener open-read /srv/u/in/f
	allowed probe rename /srv/u/in /srv/u/out
	allowed /srv/run/opener open-read /srv/u/out/f
	allowed probe rename /srv/u/out /srv/u/in
done
denied /srv/run/opener open-read /srv/u/in/f
policyctl status | grep counters
