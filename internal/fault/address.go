package fault

import (
	"regexp"
	"strings"
)

// userinfo is what a URL may have of a user and a password: all until the last @ before
// its end.
var userinfo = regexp.MustCompile(`([a-zA-Z][a-zA-Z0-9+.-]*://)([^\s"'<>]*)@`)

// WithoutUserinfo is a text in which the users and passwords of URLs are hidden, also of
// those that are no URLs because of an unescaped password. A path with an @, as the
// digests of images have it, stays if nothing before it looks like a password.
func WithoutUserinfo(text string) string {
	return userinfo.ReplaceAllStringFunc(text, func(found string) string {
		parts := userinfo.FindStringSubmatch(found)
		if host, _, path := strings.Cut(parts[2], "/"); path && !strings.Contains(host, ":") {
			return found
		}
		return parts[1] + "[hidden]@"
	})
}
