package kubernetes

import (
	"context"
	"fmt"

	quantity "k8s.io/apimachinery/pkg/api/resource"

	"github.com/gennaker/gennaker/internal/model"
)

// metricsOf are what a pod's containers use, in kubectl's words as clouddriver
// has them; none where the cluster has no metrics server or hasn't measured yet.
func (a *account) metricsOf(ctx context.Context, namespace, name string) []map[string]any {
	none := []map[string]any{}
	served, err := a.served(ctx, gvkOf("metrics.k8s.io/v1beta1", "PodMetrics"))
	if err != nil {
		return none
	}
	t := target{account: a, resource: served, kind: kindOf(served.gvk), namespace: namespace, name: name}
	measured, err := t.get(ctx)
	if err != nil {
		return none
	}
	out := none
	for _, c := range model.Objects(measured.Object, "containers") {
		usage := model.Object(c, "usage")
		metrics := map[string]any{}
		if cpu, err := quantity.ParseQuantity(model.String(usage, "cpu")); err == nil {
			metrics["CPU(cores)"] = fmt.Sprintf("%dm", cpu.MilliValue())
		}
		if memory, err := quantity.ParseQuantity(model.String(usage, "memory")); err == nil {
			metrics["MEMORY(bytes)"] = fmt.Sprintf("%dMi", memory.Value()>>20)
		}
		out = append(out, map[string]any{"containerName": model.String(c, "name"), "metrics": metrics})
	}
	return out
}
