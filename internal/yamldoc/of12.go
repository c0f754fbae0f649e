package yamldoc

import (
	"bytes"
	"encoding/json"
	"strconv"
	"unicode/utf16"
	"unicode/utf8"
)

var (
	version11 = []byte("%YAML 1.1")
	version12 = []byte("%YAML 1.2")
)

// of12 writes what only YAML 1.2 has in the words of 1.1, which is what the library
// parses: the directive at the beginning; and, since JSON is a part of 1.2, the escapes
// that only JSON has. Lines stay where they are.
func of12(text []byte) []byte {
	if bytes.HasPrefix(text, version12) {
		text = append(bytes.Clone(version11), text[len(version12):]...)
	}
	if !bytes.Contains(text, []byte(`\/`)) && !bytes.Contains(text, []byte(`\ud`)) && !bytes.Contains(text, []byte(`\uD`)) || !json.Valid(text) {
		return text
	}
	out := make([]byte, 0, len(text))
	for i := 0; i < len(text); {
		if text[i] != '\\' { // in JSON only texts have any
			out = append(out, text[i])
			i++
			continue
		}
		if text[i+1] == '/' {
			out = append(out, '/')
			i += 2
			continue
		}
		if r, ok := surrogates(text[i:]); ok {
			out = append(out, string(r)...)
			i += 2 * len(`\u0000`)
			continue
		}
		out = append(out, text[i], text[i+1])
		i += 2
	}
	return out
}

// surrogates is the letter that a text begins with, if that is written as two
// escapes.
func surrogates(text []byte) (rune, bool) {
	const length = len(`\u0000`)
	if len(text) < 2*length || text[1] != 'u' || text[length] != '\\' || text[length+1] != 'u' {
		return 0, false
	}
	high, _ := strconv.ParseUint(string(text[2:length]), 16, 32)
	low, _ := strconv.ParseUint(string(text[length+2:2*length]), 16, 32)
	r := utf16.DecodeRune(rune(high), rune(low))
	return r, r != utf8.RuneError
}
