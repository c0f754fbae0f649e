package secret

import (
	"fmt"
	"log/slog"
)

// hidden stands where a secret would.
const hidden = "[hidden]"

// Ref is a secret as a configuration has it: the secret itself, or where it is
// kept. It shows the place, never the secret. The zero value is none.
type Ref struct{ text string }

// NewRef returns the reference that a configuration writes as this text.
func NewRef(text string) Ref { return Ref{text: text} }

// IsZero tells whether nothing is configured.
func (r Ref) IsZero() bool { return r.text == "" }

// Refers tells whether the text says where a secret is, rather than being one.
func (r Ref) Refers() bool { return isReference(r.text) }

// String gives the place the secret is kept at, or a mark that there is one.
func (r Ref) String() string {
	if r.text == "" || isReference(r.text) {
		return r.text
	}
	return hidden
}

// GoString does the same for %#v.
func (r Ref) GoString() string { return fmt.Sprintf("secret.Ref(%q)", r.String()) }

// MarshalText gives what String does: a configuration that is shown holds no
// secret.
func (r Ref) MarshalText() ([]byte, error) { return []byte(r.String()), nil }

// UnmarshalText takes the text of a configuration.
func (r *Ref) UnmarshalText(text []byte) error {
	r.text = string(text)
	return nil
}

// LogValue gives what String does.
func (r Ref) LogValue() slog.Value { return slog.StringValue(r.String()) }

// Validate tells what is wrong with the way the reference is written. It looks
// nothing up.
func (r Ref) Validate() error {
	_, err := parse(r.text)
	return err
}

// Secret is a secret that was looked up. Nothing but Reveal shows it.
type Secret struct{ value string }

// New returns the secret with this value.
func New(value string) Secret { return Secret{value: value} }

// Reveal gives the secret itself, for the place that needs it.
func (s Secret) Reveal() string { return s.value }

// IsZero tells whether the secret is empty.
func (s Secret) IsZero() bool { return s.value == "" }

// String hides the secret.
func (s Secret) String() string {
	if s.value == "" {
		return ""
	}
	return hidden
}

// GoString does the same for %#v.
func (s Secret) GoString() string { return fmt.Sprintf("secret.Secret(%q)", s.String()) }

// MarshalJSON hides the secret.
func (s Secret) MarshalJSON() ([]byte, error) { return []byte(fmt.Sprintf("%q", s.String())), nil }

// MarshalText hides the secret.
func (s Secret) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// LogValue hides the secret.
func (s Secret) LogValue() slog.Value { return slog.StringValue(s.String()) }
