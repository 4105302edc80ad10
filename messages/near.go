package messages

import (
	"slices"
	"strings"
)

// nearest is the name that a misspelt one most likely meant, or empty where
// none is near enough to be a guess worth making.
func nearest(name string, names []string) string {
	best, bestAway := "", len(name)/3+2
	for _, n := range slices.Sorted(slices.Values(names)) {
		if away := distance(strings.ToLower(name), n); away < bestAway {
			best, bestAway = n, away
		}
	}
	return best
}

// distance is the optimal string alignment distance: insertions, deletions,
// replacements and swaps of neighbours. Names longer than any of ours are not
// worth the work.
func distance(a, b string) int {
	const longest = 64
	if len(a) > longest || len(b) > longest {
		return longest
	}
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			replace := rows[i-1][j-1]
			if a[i-1] != b[j-1] {
				replace++
			}
			rows[i][j] = min(rows[i-1][j]+1, rows[i][j-1]+1, replace)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(a)][len(b)]
}

// meant is the mend for an unknown name: the nearest one, or the list of all.
func meant(name string, names []string) string {
	if n := nearest(name, names); n != "" {
		return "did you mean " + n + "?"
	}
	return "known: " + strings.Join(slices.Sorted(slices.Values(names)), ", ")
}
