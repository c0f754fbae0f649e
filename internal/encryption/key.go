package encryption

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"fmt"
	"sync"
	"time"

	"gocloud.dev/secrets"

	"github.com/gennaker/gennaker/internal/fault"
)

// key encrypts the keys of single secrets. It is safe for use by many
// goroutines.
type key interface {
	id() string
	wrap(ctx context.Context, dataKey []byte) ([]byte, error)
	unwrap(ctx context.Context, wrapped []byte) ([]byte, error)
	close() error
}

// localKey is a key that we hold ourselves.
type localKey struct {
	name string
	gcm  cipher.AEAD
}

// wrapPurpose keeps a wrapped key from being taken for a secret.
var wrapPurpose = []byte("gennaker data key")

func newLocalKey(raw []byte) (*localKey, error) {
	gcm, err := newGCM(raw)
	if err != nil {
		return nil, err
	}
	return &localKey{name: fingerprint("local", string(raw)), gcm: gcm}, nil
}

func newGCM(raw []byte) (cipher.AEAD, error) {
	block, err := aes.NewCipher(raw)
	if err != nil {
		return nil, fmt.Errorf("make a cipher: %w", err)
	}
	return cipher.NewGCMWithRandomNonce(block)
}

func (k *localKey) id() string { return k.name }

func (k *localKey) wrap(_ context.Context, dataKey []byte) ([]byte, error) {
	return k.gcm.Seal(nil, nil, dataKey, wrapPurpose), nil //nolint:gosec // it makes its own nonce
}

func (k *localKey) unwrap(_ context.Context, wrapped []byte) ([]byte, error) {
	return k.gcm.Open(nil, nil, wrapped, wrapPurpose)
}

func (*localKey) close() error { return nil }

// kmsTimeout bounds one request to a key management service.
const kmsTimeout = 15 * time.Second

// maxUnwrapped is how many keys of secrets are remembered, so that the service
// isn't asked for each at every look.
const maxUnwrapped = 4096

// kmsKey is a key in a key management service, which it never leaves.
type kmsKey struct {
	name   string
	url    string
	keeper *secrets.Keeper

	mu        sync.Mutex
	unwrapped map[string][]byte
}

func openKMS(ctx context.Context, url string) (*kmsKey, error) {
	ctx, cancel := context.WithTimeout(ctx, kmsTimeout)
	defer cancel()
	keeper, err := secrets.OpenKeeper(ctx, url)
	if err != nil {
		return nil, fault.New(fault.Invalid, "the key %s can't be used: %w", url, err)
	}
	return &kmsKey{name: fingerprint("kms", url), url: url, keeper: keeper, unwrapped: map[string][]byte{}}, nil
}

func (k *kmsKey) id() string { return k.name }

func (k *kmsKey) wrap(ctx context.Context, dataKey []byte) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, kmsTimeout)
	defer cancel()
	wrapped, err := k.keeper.Encrypt(ctx, dataKey)
	if err != nil {
		return nil, fault.New(fault.Unavailable, "the key management service can't encrypt with %s: %w", k.url, err)
	}
	return wrapped, nil
}

func (k *kmsKey) unwrap(ctx context.Context, wrapped []byte) ([]byte, error) {
	k.mu.Lock()
	known := k.unwrapped[string(wrapped)]
	k.mu.Unlock()
	if known != nil {
		return known, nil
	}
	ctx, cancel := context.WithTimeout(ctx, kmsTimeout)
	defer cancel()
	dataKey, err := k.keeper.Decrypt(ctx, wrapped)
	if err != nil {
		return nil, fault.New(fault.Unavailable, "the key management service can't decrypt with %s: %w", k.url, err)
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(k.unwrapped) >= maxUnwrapped {
		clear(k.unwrapped)
	}
	k.unwrapped[string(wrapped)] = dataKey
	return dataKey, nil
}

func (k *kmsKey) close() error { return k.keeper.Close() }
