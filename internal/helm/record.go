package helm

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"helm.sh/helm/v4/pkg/release/common"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/limit"
)

// The states of a revision.
const (
	Deployed        = string(common.StatusDeployed)
	Superseded      = string(common.StatusSuperseded)
	Failed          = string(common.StatusFailed)
	Uninstalled     = string(common.StatusUninstalled)
	PendingInstall  = string(common.StatusPendingInstall)
	PendingUpgrade  = string(common.StatusPendingUpgrade)
	PendingRollback = string(common.StatusPendingRollback)
)

// Pending tells whether a state is that of an operation under way.
func Pending(status string) bool { return common.Status(status).IsPending() }

// RecordName is the name of the Secret that records a revision.
func RecordName(release string, revision int) string {
	return fmt.Sprintf("sh.helm.release.v1.%s.v%d", release, revision)
}

// mostRecord is how many bytes the record of a revision may have: a Secret
// holds 1 MiB.
const mostRecord = 1 << 20

// Record is the Secret that records a revision, as Helm stores it. The labels
// are added to Helm's own.
func Record(r *Release, labels map[string]string) (map[string]any, error) {
	data, err := encode(r)
	if err != nil {
		return nil, err
	}
	if len(data) > mostRecord {
		return nil, fault.New(fault.TooLarge, "chart %s: the record of the release has %d bytes, but a Secret can hold %d; exclude files from the chart (.helmignore)", r.Chart.Name(), len(data), mostRecord)
	}
	all := map[string]any{}
	for key, value := range labels {
		all[key] = value
	}
	for key, value := range map[string]string{
		"name": r.Name, "owner": "helm", "status": r.Info.Status.String(), "version": strconv.Itoa(r.Version),
		"modifiedAt": strconv.FormatInt(r.Info.LastDeployed.Unix(), 10),
	} {
		all[key] = value
	}
	return map[string]any{
		"apiVersion": "v1", "kind": "Secret", "type": "helm.sh/release.v1",
		"metadata": map[string]any{"name": RecordName(r.Name, r.Version), "namespace": r.Namespace, "labels": all},
		"data":     map[string]any{"release": base64.StdEncoding.EncodeToString(data)},
	}, nil
}

// ReadRecord reads the value of a record's "release" as the API server gives
// it.
func ReadRecord(value string) (*Release, error) {
	const name = "the record of a release"
	data, err := limit.Base64(value, limit.Inflated, name)
	if err != nil {
		return nil, err
	}
	if data, err = limit.Base64(string(data), limit.Inflated, name); err != nil {
		return nil, err
	}
	if bytes.HasPrefix(data, []byte{0x1f, 0x8b, 0x08}) {
		if data, err = limit.Gunzip(data, limit.Inflated, name); err != nil {
			return nil, err
		}
	}
	if _, err := limit.Document.JSON(data); err != nil {
		return nil, fault.New(fault.KindOf(err), "%s can't be read: %w", name, err)
	}
	var out Release
	if err := json.Unmarshal(data, &out); err != nil {
		return nil, fmt.Errorf("decode the record of a release: %w", err)
	}
	return &out, nil
}

// SetStatus changes a revision's state, with a sentence about it.
func SetStatus(r *Release, status, description string, now time.Time) {
	r.Info.Status, r.Info.Description = common.Status(status), description
	if status == Uninstalled {
		r.Info.Deleted = now
	}
}

// encode is Helm's form: gzipped JSON in base64.
func encode(r *Release) ([]byte, error) {
	plain, err := json.Marshal(r)
	if err != nil {
		return nil, fmt.Errorf("encode the record of a release: %w", err)
	}
	var zipped bytes.Buffer
	zip := gzip.NewWriter(&zipped)
	if _, err := zip.Write(plain); err != nil {
		return nil, fmt.Errorf("encode the record of a release: %w", err)
	}
	if err := zip.Close(); err != nil {
		return nil, fmt.Errorf("encode the record of a release: %w", err)
	}
	return []byte(base64.StdEncoding.EncodeToString(zipped.Bytes())), nil
}
