package kubernetes

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"

	"github.com/gennaker/gennaker/internal/yamldoc/yamltest"
)

func parsed(t testing.TB, text string) map[string]any {
	t.Helper()
	o := &unstructured.Unstructured{}
	yamltest.Decode(t, text, o)
	return o.Object
}

func TestDiff(t *testing.T) {
	t.Parallel()
	of := target{account: newAccount(AccountConfig{Name: "a"}, Options{}), name: "x"}
	for name, test := range map[string]struct {
		kind, before, after string
		want, not           []string
	}{
		"noise": {"configMap",
			"{apiVersion: v1, kind: ConfigMap, metadata: {name: x, uid: u1, resourceVersion: '1', generation: 1, managedFields: [], annotations: {kubectl.kubernetes.io/last-applied-configuration: a}}, status: {x: 1}}",
			"{apiVersion: v1, kind: ConfigMap, metadata: {name: x, uid: u2, resourceVersion: '2', generation: 2, annotations: {gennaker.io/content: b}}, status: {x: 2}}", nil, nil},
		"secret": {"secret",
			"{apiVersion: v1, kind: Secret, metadata: {name: x}, data: {same: AAA, other: BBB, gone: CCC}}",
			"{apiVersion: v1, kind: Secret, metadata: {name: x}, data: {same: AAA, other: DDD, new: EEE}}",
			[]string{"-  gone: '***'", "+  new: '***'", "-  other: '*** (before)'", "+  other: '*** (after)'", "   same: '***'"}, []string{"AAA", "BBB", "CCC", "DDD", "EEE"}},
		"job": {"job",
			"{apiVersion: batch/v1, kind: Job, metadata: {name: x, labels: {controller-uid: a, app: b}}, spec: {selector: {matchLabels: {controller-uid: a}}, template: {metadata: {labels: {controller-uid: a}}, spec: {}}}}",
			"{apiVersion: batch/v1, kind: Job, metadata: {name: x, labels: {app: b}}, spec: {template: {metadata: {}, spec: {}}}}", nil, nil},
		"headless": {"service",
			"{apiVersion: v1, kind: Service, metadata: {name: x}, spec: {clusterIP: 10.0.0.1, clusterIPs: [10.0.0.1]}}",
			"{apiVersion: v1, kind: Service, metadata: {name: x}, spec: {clusterIP: None}}", []string{"+  clusterIP: None"}, []string{"10.0.0.1"}},
	} {
		of.kind = makeKind(test.kind, "")
		before := parsed(t, test.before)
		kept, _ := json.Marshal(before)
		got, err := of.diff(before, parsed(t, test.after))
		if err != nil || (len(test.want) == 0) != (got == "") {
			t.Errorf("%s: the diff is %q %v", name, got, err)
		}
		for _, line := range test.want {
			if !strings.Contains(got, line+"\n") {
				t.Errorf("%s: the diff lacks %q: %s", name, line, got)
			}
		}
		for _, word := range test.not {
			if strings.Contains(got, word) {
				t.Errorf("%s: the diff shows %q: %s", name, word, got)
			}
		}
		if now, _ := json.Marshal(before); !bytes.Equal(now, kept) {
			t.Errorf("%s: the object was changed", name)
		}
	}
}

// Taking fields away by managedFields, whatever these are, leaves what others
// manage.
func FuzzDropAdopted(f *testing.F) {
	f.Add(`{"f:data":{"f:a":{},"f:b":{}}}`, `{"f:data":{"f:b":{}}}`)
	f.Add(`{"f:spec":{"f:ports":{".":{},"k:{\"port\":80}":{".":{},"f:port":{}}}}}`, `{"f:spec":{"f:ports":{}}}`)
	f.Add(`{"f:metadata":{"f:finalizers":{"v:\"x\"":{}}}}`, `{}`)
	f.Fuzz(func(t *testing.T, theirs, ours string) {
		o := &unstructured.Unstructured{Object: parsed(t, "{apiVersion: v1, kind: X, metadata: {name: x, finalizers: [x, y]}, data: {a: '1', b: '2'}, spec: {ports: [{port: 80}, {port: 81}]}}")}
		entry := func(manager, operation, fields string) metav1.ManagedFieldsEntry {
			out := metav1.ManagedFieldsEntry{Manager: manager, Operation: metav1.ManagedFieldsOperationType(operation), FieldsV1: &metav1.FieldsV1{}}
			out.FieldsV1.SetRawBytes([]byte(fields))
			return out
		}
		o.SetManagedFields([]metav1.ManagedFieldsEntry{entry("kubectl-client-side-apply", "Update", theirs), entry(FieldManager, "Apply", ours)})
		if dropAdopted(o) != nil {
			return
		}
		if strings.Contains(ours, `"f:data":{"f:b":{}}`) {
			if _, kept, _ := unstructured.NestedString(o.Object, "data", "b"); !kept {
				t.Errorf("what we manage is gone: %v", o.Object)
			}
		}
	})
}
