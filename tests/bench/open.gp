# SPDX-License-Identifier: Apache-2.0
set terminal svg size 720,320 font 'sans-serif,12' background 'white'
set output picture
set title 'open and close at depth 10: instructions added'
set style fill solid 0.8
set boxwidth 0.6
set xtics rotate by -20
set yrange [0:]
set grid ytics
plot data using 0:2:xtic(1) with boxes linecolor rgb '#3465a4' notitle, \
	data using 0:2:2 with labels offset 0,0.6 notitle
