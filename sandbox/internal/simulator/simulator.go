// Package simulator plays the part of kubelets: it registers nodes that exist
// only as objects, and moves the pods bound to them through their lives.
package simulator

import (
	"context"
	"fmt"
	"io"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/utils/clock"
	"sigs.k8s.io/kwok/pkg/kwok/controllers"
	"sigs.k8s.io/kwok/pkg/log"
	"sigs.k8s.io/kwok/pkg/utils/gotpl"
)

// workers is how many pods, and how many nodes, are moved at a time.
const workers = 8

// Config says what to simulate.
type Config struct {
	Client kubernetes.Interface
	Nodes  int
	// KubeletHost and KubeletPort are where the API server finds the kubelet
	// API of the simulated nodes.
	KubeletHost string
	KubeletPort int
	Log         io.Writer
}

// Simulator is the set of simulated nodes.
type Simulator struct {
	names       []string
	network     *network
	kubeletHost string
	kubeletPort int
}

// Start registers the nodes and simulates them in the background until ctx ends.
func Start(ctx context.Context, config Config) error {
	if config.Nodes > MaxNodes {
		return fmt.Errorf("simulator: at most %d nodes", MaxNodes)
	}
	stages, err := loadStages()
	if err != nil {
		return err
	}
	s := &Simulator{names: nodeNames(config.Nodes), kubeletHost: config.KubeletHost, kubeletPort: config.KubeletPort}
	s.network = newNetwork(s.names)

	pods, err := config.Client.CoreV1().Pods("").List(ctx, metav1.ListOptions{})
	if err != nil {
		return fmt.Errorf("simulator: %w", err)
	}
	for i := range pods.Items {
		s.network.keep(&pods.Items[i])
	}
	controller, err := controllers.NewController(controllers.Config{
		Clock:                        clock.RealClock{},
		TypedClient:                  config.Client,
		ManageNodesWithLabelSelector: LabelSimulated + "=true",
		LocalStages:                  stages,
		PodPlayStageParallelism:      workers,
		NodePlayStageParallelism:     workers,
		PodsOnNodeSyncParallelism:    workers,
		FuncMap:                      gotpl.FuncMap{"podStatus": s.network.podStatus, "nodeStatus": s.nodeStatus},
	})
	if err != nil {
		return fmt.Errorf("simulator: %w", err)
	}
	if err := s.createNodes(ctx, config.Client); err != nil {
		return err
	}
	if err := controller.Start(log.NewContext(ctx, log.NewLogger(config.Log, log.LevelWarn))); err != nil {
		return fmt.Errorf("simulator: %w", err)
	}
	return nil
}
