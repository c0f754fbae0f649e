package cron

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf16"
)

// hashToken is H, H(0-10) or H(0-30)/10. What comes after a plain H stays as it is.
var hashToken = regexp.MustCompile(`H(?:\((\d{1,2})-(\d{1,2})\)(?:/(\d{1,2}))?)?`)

// replaceHashes puts numbers in the place of H in the first three fields, as Echo's
// CronExpressionFuzzer does: seconds and minutes get the same. H with a range is Jenkins':
// a number in the range, and with a step the range from one of the step's first numbers
// on. Echo puts a number before the range's parenthesis, which Quartz then ignores.
func replaceHashes(texts []string, triggerID string) error {
	for i := range texts[:hourField+1] {
		f := &fields[i]
		if strings.Contains(texts[i], "H(") && !wellFormed(texts[i]) {
			return f.wrong(texts[i], fmt.Sprintf("H takes a range as in H(0-%d), with a step or without: H(0-%d)/5", f.most, f.most))
		}
		var failed error
		texts[i] = hashToken.ReplaceAllStringFunc(texts[i], func(token string) string {
			replaced, err := f.hashed(token, triggerID)
			if err != nil {
				failed = err
			}
			return replaced
		})
		if failed != nil {
			return failed
		}
	}
	return nil
}

// wellFormed tells whether each parenthesis belongs to an H with a range.
func wellFormed(text string) bool {
	return !strings.ContainsAny(hashToken.ReplaceAllString(text, ""), "()")
}

// hashed is what stands in the place of one H.
func (f *field) hashed(token, triggerID string) (string, error) {
	parts := hashToken.FindStringSubmatch(token)
	if parts[1] == "" {
		return strconv.Itoa(hash(triggerID, f.most+1)), nil
	}
	first, _ := strconv.Atoi(parts[1])
	last, _ := strconv.Atoi(parts[2])
	if first > last || last > f.most {
		return "", f.wrong(token, fmt.Sprintf("the range must be within 0-%d, and begin with its lower number", f.most))
	}
	size := last - first + 1
	if parts[3] == "" {
		return strconv.Itoa(first + hash(triggerID, size)), nil
	}
	step, _ := strconv.Atoi(parts[3])
	if step == 0 {
		return "", f.wrong(token, "the step must be at least 1")
	}
	return fmt.Sprintf("%d-%d/%d", first+hash(triggerID, min(step, size)), last, step), nil
}

// hash is a number below n for an id, made from Java's String.hashCode.
func hash(id string, n int) int {
	var h int32
	for _, unit := range utf16.Encode([]rune(id)) {
		h = 31*h + int32(unit)
	}
	rest := int(h) % n
	return max(rest, -rest)
}

// fuzzy tells whether an expression has an H of Echo's in it.
func fuzzy(expression string) bool {
	for i, text := range strings.Fields(expression) {
		if i <= hourField && strings.Contains(text, "H") {
			return true
		}
	}
	return false
}
