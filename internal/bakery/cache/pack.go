package cache

import (
	"bytes"
	"context"
	"fmt"
	"regexp"

	"github.com/klauspost/compress/zstd"

	"github.com/gennaker/gennaker/internal/limit"
	"github.com/gennaker/gennaker/internal/masking"
)

var (
	encoder, _ = zstd.NewWriter(nil, zstd.WithEncoderConcurrency(1))                                              // fails for wrong options alone
	decoder, _ = zstd.NewReader(nil, zstd.WithDecoderConcurrency(0), zstd.WithDecoderMaxMemory(2*limit.Inflated)) // the same
)

// magic begins what zstd has packed; what is encrypted begins otherwise.
var magic = []byte{0x28, 0xb5, 0x2f, 0xfd}

// secretKind matches manifests of Secrets, also in texts that can't be read otherwise.
var secretKind = regexp.MustCompile(`(?i)kind["']?\s*:\s*["']?Secret`)

// holdsSecrets tells whether a manifest holds what Secrets hold.
func holdsSecrets(manifest []byte) bool {
	return secretKind.Match(manifest) || !bytes.Equal(masking.ShownContent(manifest), manifest)
}

// pack makes a manifest what is stored. It isn't if nothing is kept, or if the manifest
// holds Secrets and can't be encrypted.
func (c *Cache) pack(ctx context.Context, key string, manifest []byte) ([]byte, bool) {
	if c.config.RetentionDays == 0 {
		return nil, false
	}
	packed := encoder.EncodeAll(manifest, nil)
	if !holdsSecrets(manifest) {
		return packed, true
	}
	sealer := c.sealer()
	if sealer == nil {
		return nil, false
	}
	sealed, err := sealer.Seal(ctx, placeOf(key), packed)
	return []byte(sealed), err == nil
}

// unpack is the manifest that was packed.
func (c *Cache) unpack(ctx context.Context, key string, packed []byte) ([]byte, error) {
	if !bytes.HasPrefix(packed, magic) {
		sealer := c.sealer()
		if sealer == nil {
			return nil, fmt.Errorf("the rendered manifest %s is encrypted, and there is no key", key)
		}
		var err error
		if packed, err = sealer.Open(ctx, placeOf(key), string(packed)); err != nil {
			return nil, err
		}
	}
	return decoder.DecodeAll(packed, nil)
}

// placeOf is what a manifest is encrypted for.
func placeOf(key string) string { return "bakes/" + key }
