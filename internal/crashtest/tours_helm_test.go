package crashtest

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"fmt"
	"io"

	"github.com/gennaker/gennaker/internal/model"
)

// chart is a packed chart, as an artifact.
func chart(version string) map[string]any {
	var out bytes.Buffer
	zip := gzip.NewWriter(&out)
	pack := tar.NewWriter(zip)
	for _, file := range [][2]string{
		{"Chart.yaml", "{apiVersion: v2, name: web, version: " + version + "}"},
		{"templates/settings.yaml", "{apiVersion: v1, kind: ConfigMap, metadata: {name: '{{ .Release.Name }}-helm'}, data: {version: '{{ .Chart.Version }}'}}"},
		{"templates/hook.yaml", `
apiVersion: batch/v1
kind: Job
metadata: {name: "{{ .Release.Name }}-{{ .Release.Revision }}", annotations: {helm.sh/hook: "post-install,post-upgrade"}}
spec: {template: {spec: {restartPolicy: Never, containers: [{name: hook, image: hook}]}}}
`},
	} {
		_ = pack.WriteHeader(&tar.Header{Name: "web/" + file[0], Mode: 0o644, Size: int64(len(file[1]))})
		_, _ = io.WriteString(pack, file[1])
	}
	_ = pack.Close()
	_ = zip.Close()
	return map[string]any{"type": "embedded/base64", "reference": base64.StdEncoding.EncodeToString(out.Bytes())}
}

// release goes through the life of a release of Helm.
func release(ctx context.Context, u *tour) error {
	helm := func(kind, ref string, fields map[string]any, requires ...string) map[string]any {
		return step(kind, ref, model.Merge(map[string]any{
			"account": account, "cloudProvider": "kubernetes", "namespace": u.namespace, "releaseName": u.name,
		}, fields), requires...)
	}
	e, err := u.run(ctx, "helm",
		helm("helmUpgrade", "install", map[string]any{"chartArtifact": chart("1.0.0")}),
		helm("helmUpgrade", "upgrade", map[string]any{"chartArtifact": chart("2.0.0")}, "install"),
		helm("helmRollback", "back", map[string]any{"revision": 1}, "upgrade"),
		helm("helmUninstall", "uninstall", map[string]any{"keepHistory": true}, "back"),
		helm("helmHistory", "history", nil, "uninstall"),
	)
	if err != nil {
		return err
	}
	u.after(func() error {
		var got string
		for _, r := range model.Objects(stageOf(e, "history").Outputs, "revisions") {
			got += fmt.Sprintf("%v %v; ", r["revision"], r["status"])
		}
		if want := "1 superseded; 2 superseded; 3 uninstalled; "; got != want {
			return fmt.Errorf("the release's history is %q, want %q", got, want)
		}
		return nil
	})
	return nil
}
