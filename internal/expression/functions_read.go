package expression

import (
	"errors"
	"io"
	"strings"
	"unicode/utf16"

	"github.com/gennaker/gennaker/internal/limit"
)

const (
	exJSON = "com.fasterxml.jackson.core.JsonParseException"
	exYAML = "org.yaml.snakeyaml.error.YAMLException"
)

func defineReadFunctions(c *class) {
	fetch := func(in *invocation, url string) (string, error) {
		if in.st.env.outside.URLs == nil {
			return "", helper("URLs can't be read here")
		}
		answer, err := in.st.ask(Question{Kind: QuestionURL, Of: url})
		if err != nil {
			return "", during(err, "%s could not be read", url)
		}
		if len(answer.Text) > maxJSON {
			return "", helper("%s is longer than %d bytes", url, maxJSON)
		}
		return answer.Text, nil
	}
	// Each function reads a text, or the text at a URL.
	both := func(read, fromURL, result string, f func(in *invocation, text string) (any, error)) {
		if read != "" {
			c.def("static "+read+"(String)"+result, onText(f))
		}
		c.def("static "+fromURL+"(String)"+result, func(in *invocation) (any, error) {
			url, _ := in.args[0].(string)
			text, err := fetch(in, url)
			if err != nil {
				return nil, err
			}
			return f(in, text)
		})
	}
	both("", "fromUrl", "String", func(_ *invocation, text string) (any, error) { return text, nil })
	both("readJson", "jsonFromUrl", "Object", readJSON)
	both("readYaml", "yamlFromUrl", "Object", func(in *invocation, text string) (any, error) {
		docs, err := readYAML(in.st, text)
		if err != nil {
			return nil, err
		}
		if len(docs) > 1 {
			return nil, fail(exYAML, "the text contains %d documents: use #readAllYaml", len(docs))
		}
		if len(docs) == 0 {
			return nil, nil
		}
		return docs[0], nil
	})
	both("", "propertiesFromUrl", "Map", func(_ *invocation, text string) (any, error) { return readProperties(text) })
	c.def("static readAllYaml(String)Object", onText(func(in *invocation, text string) (any, error) {
		docs, err := readYAML(in.st, text)
		if err != nil {
			return nil, err
		}
		return newList(docs), nil
	}))
}

// readJSON reads an object, or a list where the text starts with [.
func readJSON(in *invocation, text string) (any, error) {
	if err := in.st.spend(1 + len(text)/64); err != nil {
		return nil, err
	}
	if strings.TrimSpace(text) == "" {
		return nil, fail(ExceptionMismatch, "the text is empty, so it is no JSON")
	}
	if _, err := limit.Document.JSON([]byte(text)); err != nil {
		return nil, fail(exJSON, "%v", err)
	}
	v, err := decodeJSON(text)
	if err != nil {
		return nil, fail(exJSON, "the text is no JSON: %v", jsonFault(err))
	}
	_, isMap := v.(*Map)
	_, isList := v.(*List)
	switch {
	case v == nil:
		return nil, nil
	case strings.HasPrefix(text, "[") && isList, !strings.HasPrefix(text, "[") && isMap:
		return v, nil
	}
	return nil, fail(ExceptionMismatch,
		"the JSON is neither an object nor a list that starts at once")
}

// jsonFault says in words that a document just ends.
func jsonFault(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return errors.New("it ends too early")
	}
	return err
}

// readProperties reads a .properties file.
func readProperties(text string) (any, error) {
	out := newMap(classHashMap)
	for _, line := range logicalLines(text) {
		end := 0
		for end < len(line) && !strings.ContainsRune("=: \t\f", rune(line[end])) {
			if line[end] == '\\' {
				end++
			}
			end++
		}
		end = min(end, len(line))
		value := strings.TrimLeft(line[end:], " \t\f")
		if value != "" && (value[0] == '=' || value[0] == ':') {
			value = strings.TrimLeft(value[1:], " \t\f")
		}
		k, err := unescapeProperty(line[:end])
		if err != nil {
			return nil, err
		}
		v, err := unescapeProperty(value)
		if err != nil {
			return nil, err
		}
		out.put(k, v)
	}
	return out, nil
}

// logicalLines drops comments and joins lines that end with a \.
func logicalLines(text string) []string {
	var out []string
	lines := strings.Split(strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text), "\n")
	for i := 0; i < len(lines); i++ {
		line := strings.TrimLeft(lines[i], " \t\f")
		if line == "" || line[0] == '#' || line[0] == '!' {
			continue
		}
		for continues(line) && i+1 < len(lines) {
			i++
			line = line[:len(line)-1] + strings.TrimLeft(lines[i], " \t\f")
		}
		if continues(line) {
			line = line[:len(line)-1]
		}
		out = append(out, line)
	}
	return out
}

func continues(line string) bool {
	slashes := len(line) - len(strings.TrimRight(line, `\`))
	return slashes%2 == 1
}

func unescapeProperty(s string) (string, error) {
	if !strings.Contains(s, `\`) {
		return s, nil
	}
	var out []uint16
	add := func(text string) { out = append(out, utf16.Encode([]rune(text))...) }
	for i := 0; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			start := i
			for i+1 < len(s) && s[i+1] != '\\' {
				i++
			}
			add(s[start : i+1])
			continue
		}
		i++
		switch s[i] {
		case 't':
			add("\t")
		case 'n':
			add("\n")
		case 'r':
			add("\r")
		case 'f':
			add("\f")
		case 'u':
			n, err := parseInteger(s[i+1:min(i+5, len(s))], 16, 32)
			if err != nil || i+5 > len(s) {
				return "", fail(exArgument, "the properties have a \\u without four digits")
			}
			out = append(out, uint16(n))
			i += 4
		default:
			end := i + 1
			for end < len(s) && s[end] >= 0x80 && s[i] >= 0x80 {
				end++
			}
			add(s[i:end])
			i = end - 1
		}
	}
	return string(utf16.Decode(out)), nil
}
