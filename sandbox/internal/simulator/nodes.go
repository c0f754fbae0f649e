package simulator

import (
	"context"
	"encoding/json"
	"fmt"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/component-base/version"
)

// LabelSimulated marks simulated nodes, and them alone.
const LabelSimulated = prefix + "simulated"

// nodeNames are the names of n simulated nodes.
func nodeNames(n int) []string {
	names := make([]string, n)
	for i := range names {
		names[i] = fmt.Sprintf("node-%d", i+1)
	}
	return names
}

// createNodes registers the simulated nodes, ready from the start. One that is
// already there, in a sandbox that was kept, gets its status anew.
func (s *Simulator) createNodes(ctx context.Context, client kubernetes.Interface) error {
	for _, name := range s.names {
		node := s.node(name)
		_, err := client.CoreV1().Nodes().Create(ctx, node, metav1.CreateOptions{})
		if apierrors.IsAlreadyExists(err) {
			_, err = client.CoreV1().Nodes().UpdateStatus(ctx, node, metav1.UpdateOptions{})
		}
		if err != nil {
			return fmt.Errorf("simulator: node %s: %w", name, err)
		}
	}
	return nil
}

func (s *Simulator) node(name string) *corev1.Node {
	node := &corev1.Node{
		ObjectMeta: metav1.ObjectMeta{
			Name: name,
			Labels: map[string]string{
				corev1.LabelHostname:           name,
				corev1.LabelOSStable:           "linux",
				corev1.LabelArchStable:         "amd64",
				corev1.LabelTopologyRegion:     "sandbox",
				corev1.LabelTopologyZone:       fmt.Sprintf("sandbox-%c", 'a'+s.network.index[name]%3),
				corev1.LabelInstanceTypeStable: "simulated",
				LabelSimulated:                 "true",
			},
		},
		Spec: corev1.NodeSpec{
			PodCIDR:    s.network.podCIDR(name),
			PodCIDRs:   []string{s.network.podCIDR(name)},
			ProviderID: "sandbox://" + name,
		},
	}
	node.Status = s.status(name)
	return node
}

// nodeStatus is the function of the same name in the templates of stages.yaml.
func (s *Simulator) nodeStatus(object any) (string, error) {
	var node corev1.Node
	if err := convert(object, &node); err != nil {
		return "", err
	}
	data, err := json.Marshal(s.status(node.Name))
	return string(data), err
}

// status is the status of a healthy simulated node. Its address for the API
// server is the internal DNS name, under which the sandbox serves the pods'
// logs; the internal IP is for show.
func (s *Simulator) status(name string) corev1.NodeStatus {
	resources := corev1.ResourceList{
		corev1.ResourceCPU:              resource.MustParse("64"),
		corev1.ResourceMemory:           resource.MustParse("256Gi"),
		corev1.ResourceEphemeralStorage: resource.MustParse("1Ti"),
		corev1.ResourcePods:             resource.MustParse("4000"),
	}
	now := metav1.Now()
	condition := func(kind corev1.NodeConditionType, status corev1.ConditionStatus, reason, message string) corev1.NodeCondition {
		return corev1.NodeCondition{
			Type: kind, Status: status, Reason: reason, Message: message,
			LastHeartbeatTime: now, LastTransitionTime: now,
		}
	}
	return corev1.NodeStatus{
		Capacity:    resources,
		Allocatable: resources,
		Conditions: []corev1.NodeCondition{
			condition(corev1.NodeMemoryPressure, corev1.ConditionFalse, "KubeletHasSufficientMemory", "simulated node has sufficient memory available"),
			condition(corev1.NodeDiskPressure, corev1.ConditionFalse, "KubeletHasNoDiskPressure", "simulated node has no disk pressure"),
			condition(corev1.NodePIDPressure, corev1.ConditionFalse, "KubeletHasSufficientPID", "simulated node has sufficient PID available"),
			condition(corev1.NodeReady, corev1.ConditionTrue, "KubeletReady", "simulated node is ready"),
		},
		Addresses: []corev1.NodeAddress{
			{Type: corev1.NodeInternalIP, Address: s.network.nodeIP(name)},
			{Type: corev1.NodeInternalDNS, Address: s.kubeletHost},
			{Type: corev1.NodeHostName, Address: name},
		},
		DaemonEndpoints: corev1.NodeDaemonEndpoints{KubeletEndpoint: corev1.DaemonEndpoint{Port: int32(s.kubeletPort)}},
		NodeInfo: corev1.NodeSystemInfo{
			Architecture:            "amd64",
			OperatingSystem:         "linux",
			OSImage:                 "Gennaker sandbox",
			KernelVersion:           "simulated",
			ContainerRuntimeVersion: "simulated://1",
			KubeletVersion:          version.Get().GitVersion,
		},
	}
}
