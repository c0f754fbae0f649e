package trigger

import "strings"

// Hidden stands for a value that looks like a secret.
const Hidden = "********"

// secretWords are parts of the names of fields whose values are not shown.
var secretWords = []string{"secret", "password", "passwd", "token", "apikey", "api_key", "api-key", "authorization", "credential", "private_key", "privatekey"}

// IsSecret tells by the name of a field whether its value looks like a secret.
func IsSecret(name string) bool {
	name = strings.ToLower(name)
	for _, word := range secretWords {
		if strings.Contains(name, word) {
			return true
		}
	}
	return false
}

// hide hides the values of a check, but not whether there are any. What is wrong with a
// pattern quotes it.
func (c *Check) hide() {
	if c.Problem != "" && c.Problem != noField && c.Problem != noAttribute {
		c.Problem = "the values can't be compared: check the pattern"
	}
	for _, value := range []*string{&c.Want, &c.Got} {
		if *value != "" {
			*value = Hidden
		}
	}
}
