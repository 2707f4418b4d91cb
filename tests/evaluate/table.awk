# SPDX-License-Identifier: Apache-2.0
#
# The tables of docs/anomaly.md from what guest.sh printed: awk -v learn=TIME -v kernel=LABEL -f table.awk FILE
#
# A program that was not learnt, did no usual work, or had no attack with an effect, is an error: exit status 1.

BEGIN { FS = "\t" }

$1 == "learnt" {
	order[++programs] = $2
	known[$2] = $3
	limit[$2] = $4
	learnt[$2] = $5
}
$1 == "usual" {
	rounds[$2] = $3
	events[$2] = $4
	threads[$2] = $5
}
$1 == "attack" {
	key = $2 FS $3
	if (!(key in tried))
		attacks[++count] = key
	tried[key]++
	effect[key] += $4
	found[key] += $5
	effects[$2] += $4
	founds[$2] += $5
}

END {
	printf "Kernel %s, `learn: %s`.\n\n", kernel, learn
	print "| program | rounds learnt | sequences | limit | rounds afterwards | reports of them | of threads | attacks with their effect | reported |"
	print "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
	for (i = 1; i <= programs; i++) {
		name = order[i]
		if (!rounds[name] || !effects[name])
			incomplete = 1
		printf "| %s | %d | %d | %d | %d | %d | %d | %d | %d (%d %%) |\n", name, learnt[name], known[name], limit[name], rounds[name],
			events[name], threads[name], effects[name], founds[name],
			effects[name] ? 100 * founds[name] / effects[name] : 0
	}
	print "\n| program | what the intruder does | tried | had its effect | reported |"
	print "| --- | --- | ---: | ---: | ---: |"
	for (i = 1; i <= count; i++) {
		split(attacks[i], part, FS)
		printf "| %s | %s | %d | %d | %d |\n", part[1], part[2], tried[attacks[i]], effect[attacks[i]], found[attacks[i]]
	}
	exit incomplete || !programs
}
