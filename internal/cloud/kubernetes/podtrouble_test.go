package kubernetes

import (
	"os"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"

	"github.com/gennaker/gennaker/internal/yamldoc/yamltest"
)

func TestPodTroubles(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("testdata/pods.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var examples []struct {
		Name   string           `json:"name"`
		OfJob  bool             `json:"ofJob"`
		Status corev1.PodStatus `json:"status"`
		Keys   []string         `json:"keys"`
		Lasts  bool             `json:"lasts"`
		Says   []string         `json:"says"`
	}
	yamltest.DecodeStrict(t, data, &examples)
	for _, e := range examples {
		t.Run(e.Name, func(t *testing.T) {
			t.Parallel()
			pod := &corev1.Pod{Status: e.Status}
			pod.Name = "web-1"
			pod.Spec.NodeName = "node-1"
			pod.Spec.Containers = []corev1.Container{{Name: "web", Image: "registry/web:1"}}
			pod.Spec.InitContainers = []corev1.Container{{Name: "init", Image: "registry/init:1"}}
			got := podTroubles(pod, e.OfJob)
			var keys, says []string
			lasts := false
			for _, trouble := range got {
				keys, says = append(keys, trouble.Key), append(says, trouble.Message)
				lasts = lasts || trouble.Lasting
			}
			if strings.Join(keys, " ") != strings.Join(e.Keys, " ") || lasts != e.Lasts {
				t.Errorf("got %v, lasting %v: want %v, %v", keys, lasts, e.Keys, e.Lasts)
			}
			for _, word := range e.Says {
				if !strings.Contains(strings.Join(says, "\n"), word) {
					t.Errorf("it does not say %q: %v", word, says)
				}
			}
		})
	}
}
