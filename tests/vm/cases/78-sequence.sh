# programs: kept
# timeout: 600
#
# Sequences of system calls: what is done in the order that was learnt is no event, whoever does it how often; the
# same calls in another order are one, and not of a neighbour.

setup cp /usr/bin/bash /srv/watched
setup cp /usr/bin/bash /srv/plain
setup cp "$(command -v probe)" /srv/probe
export LC_ALL=C

policy usual <<'END'
version: 1
policy: usual
subject: {exe: /srv/watched}
anomaly: {learn: 20s, report: [sequence]}
END
policy alice <<'END'
version: 1
policy: alice
subject: {exe: /srv/probe, user: 1000}
anomaly: {learn: 20s, report: [sequence]}
END
start_policyd

# Whose thread it is, is asked again when that changes while it runs.
learns() { policyctl baseline list | grep -q -x /srv/probe; }
allowed /srv/probe as-user 33 open-read /etc/passwd
sleep 1
check_not 'another user is nobody to learn from' learns
allowed /srv/probe as-user 1000 open-read /etc/passwd
check 'alice is, in a process that began as root' within 50 learns

usual() { # EXECUTABLE ROUNDS
	"$1" -c 'for i in {1..'"$2"'}; do echo $i >/srv/file; read line </srv/file; (:); done; :'
}
other() {
	"$1" -c 'for i in {1..60}; do cd /srv; umask 77; umask 22; ulimit -c 0; [ -e /srv/file ]; cd /; [ -w /etc ]; done; :'
}
setup usual /srv/watched 100
while_learning() {
	usual /srv/watched 100
	policyctl baseline list | grep -q 'sequence .*may be new'
}
check 'the limit is chosen' within 600 while_learning
event_has 'action="baseline-changed"' "sequences of '/srv/watched': [0-9]* are known; more than [0-9]* new ones of 32 are reported"
policyctl baseline list
# What a child does first follows what its parent did last.
check 'a child goes on from the calls of its parent' sh -c 'policyctl baseline show /srv/watched | grep -q "clone set_robust_list"'
usual /srv/watched 300
no_event 'kind="anomaly"'
other /srv/plain
no_event 'kind="anomaly"'
other /srv/watched
event_has 'kind="anomaly"' 'operation="new-sequence"' 'policy="usual"' 'rule="baseline"' 'line="4"' 'exe="/srv/watched"' \
	'detail="[0-9]* of 32 sequences are new, limit [0-9]*; the last: '
no_event 'kind="anomaly"' 'exe="/srv/plain"'

# What is known outlives the daemon, and a file of it tells another what is usual.
policyctl baseline export /srv/watched >/tmp/one.json
check 'exported with its limit' grep -q '"limit": [0-9]' /tmp/one.json
stop_policyd
start_policyd
seen=$(event_line 'kind="anomaly"' | wc -l)
usual /srv/watched 100
check 'nothing new' test "$(event_line 'kind="anomaly"' | wc -l)" = "$seen"
more() { # of one executable is told every ten seconds at most
	other /srv/watched
	[ "$(event_line 'kind="anomaly"' | wc -l)" -gt "$seen" ]
}
check 'told again' within 150 more
check 'forgotten' policyctl baseline reset /srv/watched
usual /srv/watched 100
learning() { policyctl baseline list | grep -q 'still learning'; }
check 'learns anew' within 50 learning
check 'imported' policyctl baseline import /tmp/one.json
check 'compared at once' sh -c "policyctl baseline list | grep -q 'may be new'"
