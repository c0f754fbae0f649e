package encryption_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gocloud.dev/secrets/localsecrets"

	"github.com/gennaker/gennaker/internal/encryption"
	"github.com/gennaker/gennaker/internal/fault"
)

// kms is the URL of a key in the one service that needs no network.
func kms(t *testing.T) string {
	t.Helper()
	key, err := localsecrets.NewRandomKey()
	if err != nil {
		t.Fatal(err)
	}
	return "base64key://" + base64.URLEncoding.EncodeToString(key[:])
}

func open(t *testing.T, refs ...string) *encryption.Keyring {
	t.Helper()
	list := make([]encryption.Ref, len(refs))
	for i, r := range refs {
		list[i] = encryption.NewRef(r)
	}
	k, err := encryption.Open(t.Context(), list, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := k.Close(); err != nil {
			t.Error(err)
		}
	})
	return k
}

func seal(t *testing.T, k *encryption.Keyring, place, plain string) string {
	t.Helper()
	sealed, err := k.Seal(t.Context(), place, []byte(plain))
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(sealed, plain) {
		t.Fatalf("%s shows %s", sealed, plain)
	}
	return sealed
}

func TestSealedSecretsAreOpenedAgain(t *testing.T) {
	t.Parallel()
	raw := make([]byte, 32)
	raw[7] = 9
	for name, ref := range map[string]string{
		"base64": encryption.NewKey(), "hex": hex.EncodeToString(raw), "kms": kms(t),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := open(t, ref)
			one, two := seal(t, k, "a", "hunter2"), seal(t, k, "a", "hunter2")
			if one == two {
				t.Error("the same secret is encrypted the same way twice")
			}
			for range 2 {
				if got, err := k.Open(t.Context(), "a", one); err != nil || string(got) != "hunter2" {
					t.Errorf("opened %q, %v", got, err)
				}
			}
			if _, err := k.Open(t.Context(), "b", one); fault.KindOf(err) != fault.Invalid {
				t.Errorf("opened in another place: %v", err)
			}
			parts := strings.Split(one, ".")
			for i, part := range parts {
				changed := append([]string{}, parts...)
				last := part[len(part)-2:]
				changed[i] = part[:len(part)-2] + map[bool]string{true: "bb", false: "aa"}[last == "aa"]
				if got, err := k.Open(t.Context(), "a", strings.Join(changed, ".")); err == nil && !bytes.Equal(got, []byte("hunter2")) {
					t.Errorf("part %d was changed: opened %q", i, got)
				}
			}
		})
	}
}

func TestKeysAreChanged(t *testing.T) {
	t.Parallel()
	before, after, service := encryption.NewKey(), encryption.NewKey(), kms(t)
	old := open(t, before)
	sealed := seal(t, old, "a", "hunter2")
	both := open(t, after, before)
	if both.Current(sealed) || !old.Current(sealed) {
		t.Error("it is not told which key encrypts")
	}
	if got, err := both.Open(t.Context(), "a", sealed); err != nil || string(got) != "hunter2" {
		t.Errorf("opened with the old key %q, %v", got, err)
	}
	again := seal(t, both, "a", "hunter2")
	if !both.Current(again) {
		t.Error("the first key does not encrypt")
	}
	if got, err := open(t, after).Open(t.Context(), "a", again); err != nil || string(got) != "hunter2" {
		t.Errorf("opened with the new key alone %q, %v", got, err)
	}
	for name, k := range map[string]*encryption.Keyring{
		"without the key": open(t, after), "without any key": encryption.Without("set x"), "with another service": open(t, service), "nil": nil,
	} {
		if _, err := k.Open(t.Context(), "a", sealed); fault.KindOf(err) != fault.Invalid || !strings.Contains(err.Error(), "is missing") {
			t.Errorf("%s: %v", name, err)
		}
	}
	// A service's key is found by another URL of it, too.
	if got, err := open(t, after, service+"?").Open(t.Context(), "a", seal(t, open(t, service), "a", "hunter2")); err != nil || string(got) != "hunter2" {
		t.Errorf("opened by another URL: %q, %v", got, err)
	}
}

func TestWithoutKeysNothingIsSealed(t *testing.T) {
	t.Parallel()
	for want, k := range map[string]*encryption.Keyring{
		"set x": encryption.Without("set x"), "set secrets.encryption.keys": nil,
	} {
		_, err := k.Seal(context.Background(), "a", []byte("x"))
		if fault.KindOf(err) != fault.Invalid || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

func TestRefs(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"": "is empty", "nokms://x": "there is no key management service nokms://; there are awskms://, azurekeyvault://",
		"file:": "names no file", "encrypted:vault!e:x": "lacks p:",
		"file:///etc/key": "", "env:KEY": "", "awskms://alias/x?region=eu-west-1": "", "gcpkms://projects/p/locations/l/keyRings/r/cryptoKeys/k": "",
	} {
		err := encryption.NewRef(text).Validate()
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
	for text, want := range map[string]string{
		"hunter2": "[hidden]", "env:KEY": "env:KEY", "awskms://alias/x": "awskms://alias/x",
	} {
		if shown, err := encryption.NewRef(text).MarshalText(); err != nil || string(shown) != want {
			t.Errorf("%q is shown as %q, %v", text, shown, err)
		}
	}
	for _, text := range []string{"hunter2", "env:GENNAKER_NO_SUCH_VARIABLE", "file:/no/such/file"} {
		if _, err := encryption.Open(t.Context(), []encryption.Ref{encryption.NewRef(text)}, nil); err == nil ||
			!strings.HasPrefix(err.Error(), "keys[0]: ") || strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestLocalKeyIsMadeWhenNeeded(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "key")
	local := func() *encryption.Keyring {
		k, err := encryption.Local(t.Context(), path)
		if err != nil {
			t.Fatal(err)
		}
		return k
	}
	k := local()
	if _, err := os.Stat(path); err == nil {
		t.Error("a key was made before it was needed")
	}
	sealed := seal(t, k, "a", "hunter2")
	for _, k := range []*encryption.Keyring{k, local()} {
		if got, err := k.Open(t.Context(), "a", sealed); err != nil || string(got) != "hunter2" || !k.Current(sealed) {
			t.Errorf("opened %q, %v", got, err)
		}
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info.Mode(), err)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if _, err := local().Open(t.Context(), "a", sealed); err == nil || !strings.Contains(err.Error(), "put back the file "+path) {
		t.Errorf("without the file: %v", err)
	}
	if err := os.WriteFile(path, []byte("no key"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := encryption.Local(t.Context(), path); err == nil {
		t.Error("a file that contains no key was taken")
	}
	if _, err := encryption.Local(t.Context(), filepath.Join(path, "x")); err == nil {
		t.Error("a key was looked for in no directory")
	}
}
