package template

import "regexp"

// variableName finds templateVariables.x and templateVariables['x'] within an
// expression. A name with parentheses behind it is a method of the map.
var variableName = regexp.MustCompile(`\btemplateVariables\s*(?:\??\.\s*([A-Za-z_]\w*)\s*(\(?)|\[\s*['"](\w+)['"]\s*\])`)

// expressionText finds the expressions of a text, roughly: it ends one at the
// first brace, which is late enough for the names at its start.
var expressionText = regexp.MustCompile(`\$\{[^}]*`)

// variablesIn lists the template variables that the expressions of a text name.
func variablesIn(text string) []string {
	var out []string
	for _, expression := range expressionText.FindAllString(text, -1) {
		for _, m := range variableName.FindAllStringSubmatch(expression, -1) {
			switch {
			case m[3] != "":
				out = append(out, m[3])
			case m[2] == "":
				out = append(out, m[1])
			}
		}
	}
	return out
}
