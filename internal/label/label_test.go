package label_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/label"
	"github.com/gennaker/gennaker/internal/model"
)

type (
	object = map[string]any
	list   = []any
)

func TestTitle(t *testing.T) {
	t.Parallel()
	image := func(name, version string) object {
		return object{"type": "docker/image", "name": name, "version": version, "reference": name + ":" + version}
	}
	const digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
	for name, c := range map[string]struct {
		trigger model.Trigger
		want    string
	}{
		"nothing":                  {model.Trigger{"type": "manual", "user": "ann"}, ""},
		"an image":                 {model.Trigger{"artifacts": list{image("registry.example.com:5000/team/shop", "1.2")}}, "shop:1.2"},
		"an image by its digest":   {model.Trigger{"artifacts": list{image("team/shop", digest)}}, "shop@0123456"},
		"an image by reference":    {model.Trigger{"artifacts": list{object{"type": "docker/image", "reference": "ghcr.io/a/b:3"}}}, "b:3"},
		"several images":           {model.Trigger{"artifacts": list{image("a", "1"), image("b", "2")}}, "a:1, b:2"},
		"a trigger of a registry":  {model.Trigger{"type": "docker", "repository": "library/nginx", "tag": "1.29"}, "nginx:1.29"},
		"a chart":                  {model.Trigger{"artifacts": list{object{"type": "helm/chart", "name": "redis", "version": "18.1.0"}}}, "redis 18.1.0"},
		"a build":                  {model.Trigger{"buildInfo": object{"name": "shop/main", "number": json.Number("42")}}, "shop/main #42"},
		"a build without details":  {model.Trigger{"type": "jenkins", "job": "shop", "buildNumber": json.Number("7")}, "shop #7"},
		"a commit":                 {model.Trigger{"type": "git", "branch": "main", "hash": "3f2c1a9b8d7e6f50413243526172839405162738"}, "main@3f2c1a9"},
		"an image before a commit": {model.Trigger{"branch": "main", "hash": "3f2c1a9b8d", "artifacts": list{image("a", "1")}}, "a:1"},
		"parameters of a version":  {model.Trigger{"parameters": object{"env": "prod", "imageTag": "v3", "reason": "because"}}, "v3"},
		"other parameters":         {model.Trigger{"parameters": object{"env": "prod", "zone": "b", "x": "y"}}, "env prod, x y"},
		"long parameters":          {model.Trigger{"parameters": object{"env": strings.Repeat("x", 100), "text": "a\nb"}}, ""},
		"an embedded file":         {model.Trigger{"artifacts": list{object{"type": "embedded/base64", "name": "values", "reference": "c2VjcmV0"}}}, "values"},
		"no objects":               {model.Trigger{"artifacts": list{"x", nil, 3}, "buildInfo": "none", "parameters": list{}}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, c.want, label.Title(c.trigger))
		})
	}
}

func TestTitleFitsOnALine(t *testing.T) {
	t.Parallel()
	var artifacts list
	for i := range 1000 {
		artifacts = append(artifacts, object{"type": "docker/image", "name": fmt.Sprintf("service-%d", i), "version": "1.0"})
	}
	title := label.Title(model.Trigger{"artifacts": artifacts})
	require.Regexp(t, `^service-0:1\.0, service-1:1\.0, .* \+\d+$`, title)
	require.LessOrEqual(t, len(title), 120)

	title = label.Title(model.Trigger{"artifacts": list{object{"type": "docker/image", "reference": strings.Repeat("ü", 5000)}}})
	require.LessOrEqual(t, len(title), 120)
	require.True(t, utf8.ValidString(title))
}

func TestWords(t *testing.T) {
	t.Parallel()
	e := &model.Execution{
		Name: "Größe ÉTÉ", Authentication: &model.Authentication{User: "Ünal"}, Description: "A rehearsal",
		Trigger: model.Trigger{
			"type": "jenkins", "parameters": object{"env": "Prod-EU", "count": json.Number("3"), "nested": object{"a": "hidden-in-objects"}},
			"artifacts": list{object{"type": "docker/image", "name": "shop", "version": "1.2", "reference": "reg/shop:1.2"}},
			"buildInfo": object{"name": "shop", "number": json.Number("42"), "scm": list{object{"sha1": "3F2C1A9B8D", "branch": "main", "message": "Fix the cart"}}},
		},
		Stages: []*model.Stage{{Context: object{"manifests": list{object{
			"kind": "Deployment", "spec": object{"template": object{"spec": object{"containers": list{object{"image": "nginx:1.29"}, object{"image": "${ later }"}}}}},
		}}}}},
	}
	words := label.Words(e)
	for _, word := range []string{"größe été", "ünal", "a rehearsal", "jenkins", "prod-eu", "3", "shop:1.2", "reg/shop:1.2", "shop #42", "3f2c1a9b8d", "main@3f2c1a9", "fix the cart", "nginx:1.29"} {
		require.Contains(t, "\n"+words, "\n"+word+"\n")
	}
	require.NotContains(t, words, "later")
	require.NotContains(t, words, "hidden-in-objects")
}

// A search must not find by trial what is hidden where it is shown.
func TestSecretsAreNoWords(t *testing.T) {
	t.Parallel()
	words := label.Words(&model.Execution{Trigger: model.Trigger{
		"parameters": object{
			"manifest": "apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData: {password: sesame}\n",
			"visible":  "yes",
		},
		"artifacts": list{object{"type": "embedded/base64", "name": "s", "reference": "sesame"}},
	}})
	require.NotContains(t, words, "sesame")
	require.Contains(t, words, "yes")

	secret := func() object {
		return object{"apiVersion": "v1", "kind": "Secret", "stringData": object{"image": "sesame"}, "data": object{"image": "c2VzYW1l"}}
	}
	words = label.Words(&model.Execution{Stages: []*model.Stage{
		{Type: "deployManifest", Context: object{"manifests": list{secret()}}},
		{Type: "patchManifest", Context: object{"manifestName": "secret a", "patchBody": list{object{"stringData": object{"image": "sesame"}}}}},
		{Type: "deployManifest", Context: object{"manifests": list{object{"kind": "Pod", "spec": object{"containers": list{object{"image": "nginx:1.29"}}}}}}},
	}})
	require.NotContains(t, words, "sesame")
	require.NotContains(t, words, "c2vzyw1l")
	require.Contains(t, words, "nginx:1.29")
}

func TestWordsAreBounded(t *testing.T) {
	t.Parallel()
	parameters := object{}
	for i := range 5000 {
		parameters[fmt.Sprint("p", i)] = strings.Repeat("x", 50) + fmt.Sprint(i)
	}
	deep := any(object{"image": "deepest"})
	for range 5000 {
		deep = object{"a": deep}
	}
	words := label.Words(&model.Execution{Trigger: model.Trigger{"parameters": parameters}, Stages: []*model.Stage{{Context: object{"deep": deep}}}})
	require.LessOrEqual(t, len(words), 4<<10)
}
