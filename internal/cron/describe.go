package cron

import (
	"strings"
	"sync"

	descriptor "github.com/lnquy/cron"
)

// What Echo says where there are no words for an expression.
const (
	noWords      = "No description available"
	noWordsFuzzy = "No description available for fuzzy cron expressions"
)

// words is the describer of expressions whose first day of the week is 1, as
// Quartz counts.
var words = sync.OnceValue(func() *descriptor.ExpressionDescriptor {
	d, err := descriptor.NewDescriptor(descriptor.DayOfWeekStartsAtOne(true))
	if err != nil {
		return nil
	}
	return d
})

// Describe puts an expression into English words, such as "At 10:00 AM", or
// tells what is wrong with it, as [Check] does.
func Describe(expression string) (string, error) {
	if err := Check(expression); err != nil {
		return "", err
	}
	if fuzzy(expression) {
		return noWordsFuzzy, nil
	}
	return inWords(strings.Join(strings.Fields(strings.ToUpper(expression)), " ")), nil
}

// inWords describes a good expression. The library doesn't know all of Quartz;
// what it can't read, or falls over, has no words.
func inWords(expression string) (text string) {
	defer func() {
		if recover() != nil || text == "" {
			text = noWords
		}
	}()
	d := words()
	if d == nil {
		return noWords
	}
	text, err := d.ToDescription(expression, descriptor.Locale_en)
	if err != nil {
		return noWords
	}
	return text
}
