package demo

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"text/tabwriter"
	"time"

	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
)

// showDeployed prints the deployment and its pods as `kubectl get` does.
func (d *demo) showDeployed(ctx context.Context, cluster *sandbox) error {
	cfg, err := clientcmd.BuildConfigFromFlags("", cluster.kubeconfig)
	if err != nil {
		return fmt.Errorf("read the sandbox's kubeconfig: %w", err)
	}
	cfg.Timeout = 10 * time.Second
	client, err := rest.HTTPClientFor(cfg)
	if err != nil {
		return fmt.Errorf("connect to the sandbox: %w", err)
	}
	for _, list := range []struct{ title, path string }{
		{"kubectl get deployments", "/apis/apps/v1/namespaces/" + namespace + "/deployments"},
		{"kubectl get pods", "/api/v1/namespaces/" + namespace + "/pods"},
	} {
		text, err := tableOf(ctx, client, cfg.Host+list.path)
		if err != nil {
			return fmt.Errorf("%s: %w", list.title, err)
		}
		fmt.Fprintf(d.Out, "\n$ %s\n%s", list.title, text)
	}
	return nil
}

// tableOf has the API server make the table that kubectl shows.
func tableOf(ctx context.Context, client *http.Client, url string) (string, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return "", err
	}
	request.Header.Set("Accept", "application/json;as=Table;v=v1;g=meta.k8s.io")
	response, err := client.Do(request)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return "", fmt.Errorf("the API server answers %s", response.Status)
	}
	var table metav1.Table
	if err := json.NewDecoder(response.Body).Decode(&table); err != nil {
		return "", fmt.Errorf("read the table: %w", err)
	}
	return render(table)
}

// render lays a table out, without the columns that only -o wide shows.
func render(table metav1.Table) (string, error) {
	var (
		out    strings.Builder
		writer = tabwriter.NewWriter(&out, 0, 8, 3, ' ', 0)
		header []string
	)
	for _, column := range table.ColumnDefinitions {
		if column.Priority == 0 {
			header = append(header, strings.ToUpper(column.Name))
		}
	}
	fmt.Fprintln(writer, strings.Join(header, "\t"))
	for _, row := range table.Rows {
		var cells []string
		for i, cell := range row.Cells {
			if table.ColumnDefinitions[i].Priority == 0 {
				cells = append(cells, fmt.Sprint(cell))
			}
		}
		fmt.Fprintln(writer, strings.Join(cells, "\t"))
	}
	if err := writer.Flush(); err != nil {
		return "", err
	}
	return out.String(), nil
}
