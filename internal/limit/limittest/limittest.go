// Package limittest measures what decoders allocate, for tests that hold them to
// a bound.
package limittest

import (
	"fmt"
	"runtime/metrics"
	"strings"
	"testing"
)

// Base is what a decoder may allocate whatever its input is.
const Base = 96 << 20

// Allocated is how many bytes f allocates. Other goroutines count too, so that
// of several tries the smallest is the answer; a first try within enough ends it.
func Allocated(enough uint64, f func()) uint64 {
	best := ^uint64(0)
	for range 3 {
		before := allocated()
		f()
		best = min(best, allocated()-before)
		if best <= enough {
			break
		}
	}
	return best
}

func allocated() uint64 {
	sample := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(sample)
	return sample[0].Value.Uint64()
}

// Bounded fails the test if f allocates more than [Base] and factor bytes for
// each byte of its input.
func Bounded(t testing.TB, input, factor int, f func()) {
	t.Helper()
	most := uint64(Base) + uint64(input)*uint64(factor)
	if got := Allocated(most, f); got > most {
		t.Fatalf("decoding %d bytes allocates %d MiB, want at most %d", input, got>>20, most>>20)
	}
}

// AliasedScalar is YAML with a text of so many bytes and so many aliases of it.
func AliasedScalar(length, aliases int) string {
	return `a: &a "` + strings.Repeat("x", length) + "\"\nb: [" + strings.TrimSuffix(strings.Repeat("*a,", aliases), ",") + "]\n"
}

// Laughs is YAML in which each of so many anchors holds the one before it ten
// times.
func Laughs(levels int) string {
	var out strings.Builder
	out.WriteString("a0: &a0 [x]\n")
	for i := 1; i <= levels; i++ {
		fmt.Fprintf(&out, "a%d: &a%d [%s]\n", i, i, strings.TrimSuffix(strings.Repeat(fmt.Sprintf("*a%d,", i-1), 10), ","))
	}
	return out.String()
}

// Merges is YAML in which each of so many maps merges the one before it twice.
func Merges(levels int) string {
	var out strings.Builder
	out.WriteString("a0: &a0 {x: {y: z}}\n")
	for i := 1; i <= levels; i++ {
		fmt.Fprintf(&out, "a%d: &a%d {<<: *a%d, k%d: [*a%d, *a%d]}\n", i, i, i-1, i, i-1, i-1)
	}
	return out.String()
}

// YAMLBombs are small texts that would become large values, or hold themselves,
// by name.
func YAMLBombs() map[string]string {
	return map[string]string{
		"a text of 10 kB, 15,000 times":  AliasedScalar(10_000, 15_000),
		"a text of 100 kB, 30,000 times": AliasedScalar(100_000, 30_000),
		"a billion laughs":               Laughs(9),
		"laughs without end":             Laughs(40),
		"merge keys":                     Merges(40),
		"a list in itself":               "a: &a [*a]\n",
		"a map in itself":                "a: &a {b: {c: *a}}\n",
		"a map that merges itself":       "a: &a\n  <<: *a\n",
		"a key of 100 kB, 30,000 times":  "a: &a \"" + strings.Repeat("x", 100_000) + "\"\nb:\n" + strings.Repeat("- {*a : 1}\n", 30_000),
		"millions of values":             "[" + strings.Repeat("1,", 3_000_000) + "1]",
		"millions of empty objects":      "[" + strings.Repeat("{},", 3_300_000) + "{}]",
		"millions of keys in one line":   "{" + strings.Repeat("?,", 3_000_000) + "}",
		"millions of lines":              strings.Repeat("- a\n", 3_000_000),
		"nested lists":                   strings.Repeat("[", 9_000) + strings.Repeat("]", 9_000),
		"millions of open lists":         strings.Repeat("[", 5_000_000),
	}
}

// JSONBombs are texts that would become values many times their size, by name.
func JSONBombs() map[string]string {
	return map[string]string{
		"millions of empty objects": "[" + strings.Repeat("{},", 3_300_000) + "{}]",
		"millions of small objects": "[" + strings.Repeat(`{"a":1},`, 1_000_000) + "{}]",
		"millions of numbers":       "[" + strings.Repeat("1,", 5_000_000) + "1]",
		"lists in lists":            strings.Repeat("[", 9_000) + strings.Repeat("]", 9_000),
		"objects in objects":        strings.Repeat(`{"a":`, 5_000) + "1" + strings.Repeat("}", 5_000),
		"millions of open lists":    strings.Repeat("[", 5_000_000),
	}
}
