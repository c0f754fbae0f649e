package kubernetes

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"

	"github.com/gennaker/gennaker/internal/cloud/view"
	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/limit"
	"github.com/gennaker/gennaker/internal/stage/manifest"
)

const (
	// longestLine is the longest line of a log that is looked at; the rest of a
	// longer one is passed over.
	longestLine = 1 << 20
	// mostLog is how much of a log is read.
	mostLog = 64 << 20
	// mostProperties is how many bytes the lines with properties may have.
	mostProperties = 4 << 20
)

// JobProperties are the properties in the log of a container of the Job's
// pods: of one that has succeeded, if there is one, else of the newest.
func (p *Provider) JobProperties(ctx context.Context, accountName, location, name, container string) (map[string]any, error) {
	t, err := p.jobTarget(ctx, accountName, location, name)
	if err != nil {
		return nil, err
	}
	_, pods, err := t.readJob(ctx)
	if err != nil {
		return nil, err
	}
	slices.Reverse(pods)
	slices.SortStableFunc(pods, func(x, y corev1.Pod) int { return succeededFirst(x) - succeededFirst(y) })
	if len(pods) == 0 {
		return nil, fault.New(fault.NotFound, "%s has no pods, so there is no log to read properties from", t)
	}
	if !slices.Contains(containers(pods[0]), container) {
		return nil, fault.New(fault.NotFound, "propertyFile: %s has no container %q; it has %s", t, container, list(containers(pods[0])))
	}
	log, err := t.account.podLog(ctx, t.namespace, pods[0].Name, view.LogPart{Container: container}, 0)
	if err != nil {
		return nil, err
	}
	defer func() { _ = log.Close() }() // all that is wanted has been read
	return parseProperties(io.LimitReader(log, mostLog))
}

// loggedPods is of how many of a Job's pods the logs are read: of those that were
// tried last.
const loggedPods = 3

// JobLogs are the ends of the logs of the Job's newest pods, the newest first:
// those of the containers that have begun.
func (p *Provider) JobLogs(ctx context.Context, accountName, location, name string, limit int) ([]manifest.JobLog, error) {
	t, err := p.jobTarget(ctx, accountName, location, name)
	if err != nil {
		return nil, err
	}
	_, pods, err := t.readJob(ctx)
	if err != nil {
		return nil, err
	}
	slices.Reverse(pods)
	var out []manifest.JobLog
	for _, pod := range pods[:min(len(pods), loggedPods)] {
		for _, s := range append(append([]corev1.ContainerStatus(nil), pod.Status.InitContainerStatuses...), pod.Status.ContainerStatuses...) {
			if s.State.Terminated == nil && s.State.Running == nil {
				continue
			}
			out = append(out, manifest.JobLog{Pod: pod.Name, Container: s.Name, Output: t.account.output(ctx, t.namespace, pod.Name, s.Name, limit)})
		}
	}
	return out, nil
}

func succeededFirst(p corev1.Pod) int {
	if p.Status.Phase == corev1.PodSucceeded {
		return 0
	}
	return 1
}

const (
	propertyMark = "SPINNAKER_PROPERTY_"
	jsonMark     = "SPINNAKER_CONFIG_JSON="
)

// parseProperties reads a log's lines SPINNAKER_PROPERTY_<KEY>=<value>, whose
// keys are put in lower case, and SPINNAKER_CONFIG_JSON={...}: clouddriver's
// PropertyParser, but for values that hold a "=", which it leaves out. Later
// lines win. JSON that can't be read is an error.
func parseProperties(log io.Reader) (map[string]any, error) {
	out, left := map[string]any{}, mostProperties
	lines := bufio.NewReaderSize(log, 64<<10)
	for {
		line, err := readLine(lines)
		last := errors.Is(err, io.EOF)
		if err != nil && !last {
			return nil, fmt.Errorf("read the log: %w", err)
		}
		read, err := parseLine(strings.TrimSpace(line), out)
		if err != nil {
			return nil, err
		}
		if read {
			left -= len(line)
		}
		if left < 0 {
			return nil, fault.New(fault.TooLarge, "the log contains more than %d MiB of properties", mostProperties>>20)
		}
		if last {
			return out, nil
		}
	}
}

// readLine reads a line, of which no more than longestLine is kept.
func readLine(r *bufio.Reader) (string, error) {
	var line []byte
	for {
		part, more, err := r.ReadLine()
		if room := longestLine - len(line); room > 0 {
			line = append(line, part[:min(len(part), room)]...)
		}
		if err != nil || !more {
			return string(line), err
		}
	}
}

// parseLine tells whether a line holds properties, and reads them.
func parseLine(line string, into map[string]any) (found bool, err error) {
	if strings.Contains(line, propertyMark) {
		if key, value, ok := strings.Cut(line, "="); ok && value != "" {
			found = true
			into[strings.ToLower(strings.TrimSpace(strings.Replace(key, propertyMark, "", 1)))] = strings.TrimSpace(value)
		}
	}
	text, ok := strings.CutPrefix(line, jsonMark)
	if !ok {
		return found, nil
	}
	var object map[string]any
	if err := limit.Unmarshal([]byte(text), &object); err != nil {
		return false, fault.New(fault.Invalid, "the log's line %s… can't be read as JSON: %w", line[:min(len(line), 60)], err)
	}
	maps.Copy(into, object)
	return true, nil
}
