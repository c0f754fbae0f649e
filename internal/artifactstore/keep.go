package artifactstore

import (
	"context"
	"encoding/base64"
	"fmt"
	"maps"
	"strings"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/limit"
	"github.com/gennaker/gennaker/internal/masking"
	"github.com/gennaker/gennaker/internal/model"
)

// Keep stores the large contents of the embedded artifacts in what an execution of an
// application is about to hold, wherever they are in it, and gives that with references in
// their places. The values themselves stay as they are. Contents of other applications are
// taken over.
//
// What isn't base64 stays as it is: it may be an expression. So does a patch that may be a
// Secret's, which only the stage that uses it tells; see [masking.Content]. A content that
// is too large, or too much for the application, is a fault of kind TooLarge.
func (s *Store) Keep(ctx context.Context, application string, values map[string]any) (map[string]any, error) {
	return s.walk(ctx, application, values, true)
}

// TakeOver takes over the contents of other applications, as [Store.Keep] does, and leaves
// embedded ones as they are.
func (s *Store) TakeOver(ctx context.Context, application string, values map[string]any) (map[string]any, error) {
	return s.walk(ctx, application, values, false)
}

func (s *Store) walk(ctx context.Context, application string, values map[string]any, stores bool) (map[string]any, error) {
	application = strings.ToLower(application)
	if s == nil || !namePattern.MatchString(application) {
		return values, nil
	}
	k := &keeper{store: s, ctx: ctx, application: application, stores: stores && s.stores(application), known: map[string]string{}}
	out, _, err := k.object(values)
	return out, err
}

// keeper walks values. Its methods tell whether they have changed anything, and copy only
// what they change.
type keeper struct {
	store       *Store
	ctx         context.Context //nolint:containedctx // it lives for one walk
	application string
	stores      bool
	// known are the references that were found already, by what stood there before.
	known map[string]string
}

func (k *keeper) value(value any) (any, bool, error) {
	switch v := value.(type) {
	case map[string]any:
		return k.object(v)
	case model.Trigger:
		out, changed, err := k.object(v)
		return model.Trigger(out), changed, err
	case []any:
		return k.list(v)
	case []map[string]any:
		list := make([]any, len(v))
		for i := range v {
			list[i] = v[i]
		}
		out, changed, err := k.list(list)
		if !changed {
			return value, false, err
		}
		return out, true, err
	}
	return value, false, nil
}

func (k *keeper) list(list []any) (any, bool, error) {
	out, changed := list, false
	for i, item := range list {
		kept, different, err := k.value(item)
		if err != nil {
			return list, false, err
		}
		if !different {
			continue
		}
		if !changed {
			out, changed = append([]any(nil), list...), true
		}
		out[i] = kept
	}
	return out, changed, nil
}

func (k *keeper) object(object map[string]any) (map[string]any, bool, error) {
	var out map[string]any
	set := func(key string, value any) {
		if out == nil {
			out = maps.Clone(object)
		}
		out[key] = value
	}
	for key, value := range object {
		kept, different, err := k.value(value)
		if err != nil {
			return object, false, err
		}
		if different {
			set(key, kept)
		}
	}
	reference, err := k.artifact(object)
	if err != nil {
		return object, false, err
	}
	if reference != "" {
		set("type", remoteType)
		set("reference", reference)
	}
	if out == nil {
		return object, false, nil
	}
	return out, true, nil
}

// artifact is the reference that an artifact gets; "" if it stays as it is.
func (k *keeper) artifact(object map[string]any) (string, error) {
	kind, _ := object["type"].(string)
	before, _ := object["reference"].(string)
	large := k.stores && kind == embeddedType && int64(base64.RawStdEncoding.DecodedLen(len(before))) >= k.store.config.ThresholdBytes
	foreign := kind == remoteType && IsReference(before)
	if !large && !foreign {
		return "", nil
	}
	if reference, ok := k.known[before]; ok {
		return reference, nil
	}
	name := model.String(object, "name")
	if name == "" {
		name = "without a name"
	}
	find := k.embedded
	if foreign {
		find = k.foreign
	}
	reference, err := find(before)
	if err != nil {
		return "", fault.New(fault.KindOf(err), "the artifact %s: %w", fault.Short(name), err)
	}
	k.known[before] = reference
	return reference, nil
}

func (k *keeper) embedded(text string) (string, error) {
	most := k.store.config.MaxBytes
	content, err := limit.Base64(text, most, "its content")
	switch {
	case fault.KindOf(err) == fault.TooLarge, int64(len(content)) > most:
		return "", fault.New(fault.TooLarge,
			"its content has more than %s: keep it in a source of artifacts, such as a Git repository or a bucket, and let the pipeline refer to it there; or raise artifact-store.maxBytes", sizeOf(most))
	case err != nil, int64(len(content)) < k.store.config.ThresholdBytes:
		return "", nil //nolint:nilerr // it is no base64, or small after all
	}
	holds := masking.Content(content)
	if holds == masking.Perhaps {
		return "", nil
	}
	r := referenceTo(k.application, content)
	return r.String(), k.store.put(k.ctx, r, content, holds == masking.Secrets)
}

func (k *keeper) foreign(uri string) (string, error) {
	r, err := Parse(uri)
	if err != nil || r.Application == k.application {
		return "", nil //nolint:nilerr // the stage that uses it tells what is wrong with it
	}
	content, err := k.store.read(k.ctx, r)
	switch {
	case fault.KindOf(err) == fault.NotFound:
		return "", nil
	case err != nil:
		return "", fmt.Errorf("take over its content: %w", err)
	}
	mine := Reference{k.application, r.Hash}
	return mine.String(), k.store.put(k.ctx, mine, content, masking.Content(content) != masking.Nothing)
}
