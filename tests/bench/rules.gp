# SPDX-License-Identifier: Apache-2.0
set terminal svg size 720,320 font 'sans-serif,12' background 'white'
set output picture
set title 'open and close at depth 10, by number of rules: instructions added by policyd'
set logscale x
set xlabel 'rules'
set yrange [0:1000]
set grid ytics
set key bottom
plot data using 1:2 with linespoints title 'literal', data using 1:3 with linespoints title 'subtree', \
	data using 1:4 with linespoints title 'wildcard', data using 1:5 with linespoints title 'mixed'
