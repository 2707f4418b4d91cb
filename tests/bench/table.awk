# SPDX-License-Identifier: Apache-2.0
#
# What machine_measure printed, as rows of a table: awk -v columns='CONFIGURATION…' -v rows='ROW…' -f table.awk FILE…
# The first column is what the configuration `none` of the same file costs, the others what they add to it.
# With -v value=1, instead: what the only configuration adds to the only row, or nothing where it was not measured.

BEGIN { FS = "\t" }
FNR == 1 { delete base }
$1 == "none" && !($2 in base) { base[$2] = $3 }
{ if (!(($1, $2) in added)) added[$1, $2] = $3 - base[$2] }
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
		line = "| " row[i] " | " first[row[i]] " |"
		for (j = 1; j <= column_count; j++)
			line = line " " (((column[j], row[i]) in added) ? sprintf("%+d", added[column[j], row[i]]) : "") " |"
		print line
	}
}
