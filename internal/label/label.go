// Package label says what a run of a pipeline is about, in a line for lists and in
// words for searches: the images, commits, builds, artifacts and parameters that it
// carries. What Secrets hold is in neither.
package label

import (
	"maps"
	"slices"
	"strings"

	"github.com/gennaker/gennaker/internal/masking"
	"github.com/gennaker/gennaker/internal/model"
)

const (
	// maxTitle is the length of a title, and maxValue that of a value in it or among
	// the words, in bytes; what is longer is cut or, in a title, left out.
	maxTitle, maxTitleValue, maxValue = 120, 60, 200
	// maxWords is how many bytes of words are kept.
	maxWords = 4 << 10
	// maxImages is how many images are looked for, and maxVisited in how many values
	// of stages.
	maxImages, maxVisited = 20, 20_000
)

// Title is a line that tells one run from another, such as "nginx:1.29" or
// "main@3f2c1a9"; "" where the trigger carries nothing that does. The trigger must be
// one that may be shown.
func Title(trigger model.Trigger) string {
	c := carriedBy(trigger)
	return c.title(trigger.Parameters())
}

// Words are what a search finds a run by, in lower case, a value a line: its name and who
// started it, what its trigger carries, and what its stages say before they run.
func Words(e *model.Execution) string {
	trigger := model.Trigger(masking.Object(e.Trigger))
	words, carried := wordsOf{seen: map[string]bool{}}, carriedBy(trigger)
	// Databases know small letters of ASCII only.
	words.add(e.Name)
	words.add(e.User())
	for _, group := range [][]string{carried.all(), imagesOf(e)} {
		for _, word := range group {
			words.add(word)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(trigger.Parameters())) {
		words.add(model.String(trigger.Parameters(), name))
	}
	for _, field := range [...]string{"type", "eventId", "correlationId", "description"} {
		words.add(model.String(trigger, field))
	}
	words.add(e.Description)
	return words.text.String()
}

// wordsOf collects words, each once, up to a limit.
type wordsOf struct {
	text strings.Builder
	seen map[string]bool
}

func (w *wordsOf) add(word string) {
	word = strings.ToLower(cut(strings.Join(strings.Fields(word), " "), maxValue))
	if word == "" || w.seen[word] || w.text.Len()+len(word) >= maxWords {
		return
	}
	w.seen[word] = true
	w.text.WriteString(word)
	w.text.WriteByte('\n')
}

// cut shortens a text to whole characters of at most n bytes.
func cut(text string, n int) string {
	if len(text) <= n {
		return text
	}
	return strings.ToValidUTF8(text[:n], "")
}

// imagesOf are the container images that the stages name, found in their contexts
// under "image" as manifests and jobs have it. A key of a Secret may have that name too.
func imagesOf(e *model.Execution) []string {
	if len(imagesIn(e.Stages)) == 0 {
		return nil // as of most, which spares hiding what they hold
	}
	return imagesIn(masking.Execution(e).Stages)
}

func imagesIn(stages []*model.Stage) []string {
	f := imageFinder{left: maxVisited}
	for _, stage := range stages {
		f.in(stage.Context)
	}
	return f.found
}

type imageFinder struct {
	found []string
	left  int
}

func (f *imageFinder) in(value any) {
	f.left--
	if f.left < 0 || len(f.found) >= maxImages {
		return
	}
	switch v := value.(type) {
	case map[string]any:
		if image, ok := v["image"].(string); ok && image != "" && image != masking.Hidden && !strings.Contains(image, "${") {
			f.found = append(f.found, image)
		}
		for _, key := range slices.Sorted(maps.Keys(v)) {
			f.in(v[key])
		}
	case []any:
		for _, item := range v {
			f.in(item)
		}
	}
}
