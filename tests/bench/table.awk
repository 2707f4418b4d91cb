# SPDX-License-Identifier: Apache-2.0
#
# What machine_measure printed, as rows of a table: awk -v columns='CONFIGURATION…' -v rows='ROW…' -f table.awk FILE…
# The first column is what the configuration `none` of the same file costs, the others what they add to it.
# With -v share=1, that in per cent of it, which then stands in thousands of instructions.
# With -v value=1, instead: what the only configuration adds to the only row, or nothing where it was not measured.

BEGIN { FS = "\t" }
FNR == 1 { delete base }
$1 == "none" && !($2 in base) { base[$2] = $3 }
{
	if (!(($1, $2) in added)) {
		added[$1, $2] = $3 - base[$2]
		if (share && base[$2])
			added[$1, $2] = sprintf("%+.1f %%", 100 * added[$1, $2] / base[$2])
	}
}
$1 == "none" && !($2 in first) { first[$2] = $3 }

END {
	column_count = split(columns, column, " ")
	row_count = split(rows, row, " ")
	if (value) {
		if ((columns, rows) in added)
			print added[columns, rows]
		exit
	}
	for (i = 1; i <= row_count; i++) {
		line = "| " row[i] " | " (share ? sprintf("%.1f", first[row[i]] / 1000) : first[row[i]]) " |"
		for (j = 1; j <= column_count; j++)
			line = line " " cell(column[j] SUBSEP row[i]) " |"
		print line
	}
}

function cell(key) {
	if (!(key in added))
		return ""
	return share ? added[key] : sprintf("%+d", added[key])
}
