package images

import (
	"testing"

	"github.com/google/go-containerregistry/pkg/name"
	"github.com/google/go-containerregistry/pkg/v1/remote"
)

func TestRegistryHasItsImages(t *testing.T) {
	t.Parallel()
	if err := Check(); err != nil {
		t.Skip(err)
	}
	r, err := NewRegistry(t.Context(), "127.0.0.1")
	if err != nil {
		t.Fatal(err)
	}
	second, err := r.Serve(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	for _, address := range []string{r.Address(), second} {
		for image, want := range map[string]string{"pause:1": "pause", "web:v2": "web", "job:1": "exit"} {
			ref, err := name.ParseReference(address+"/"+image, name.Insecure)
			if err != nil {
				t.Fatal(err)
			}
			img, err := remote.Image(ref)
			if err != nil {
				t.Errorf("%s: %v", ref, err)
				continue
			}
			config, err := img.ConfigFile()
			if err != nil {
				t.Fatal(err)
			}
			if got := config.Config; got.Entrypoint[0] != programPath || got.Cmd[0] != want {
				t.Errorf("%s runs %v %v", image, got.Entrypoint, got.Cmd)
			}
		}
	}
}
