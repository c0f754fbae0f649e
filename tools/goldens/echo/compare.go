package echo

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/trigger"
	"github.com/gennaker/gennaker/tools/goldens/recorded"
)

// placeholder tells whether a recorded text stands for any value.
func placeholder(text string) bool {
	switch text {
	case "<hash>", "<eventId>", "<uuid>", "<time>", "<epoch seconds>", "<epoch ms>":
		return true
	}
	return false
}

// ignored leaves out what need not match: flags that are false, fields that Echo drops
// and Gennaker keeps, and the secret that Echo passes on and Gennaker doesn't.
func ignored(path string, want, got any) bool {
	last := path[strings.LastIndexByte(path, '.')+1:]
	switch last {
	case "preferred", "rebake", "dryRun", "customKind":
		return (want == nil || want == false) && (got == nil || got == false)
	case "id":
		return strings.HasSuffix(path, "trigger.id") // Echo makes ids of its own
	case "secret":
		return got == nil
	}
	return want == nil && strings.Contains(path, ".") && kept(path)
}

// kept tells whether a field that was not recorded is one that Echo's model doesn't know
// and drops, which Gennaker keeps as stored.
func kept(path string) bool {
	if _, name, ok := strings.Cut(path, ".trigger."); ok {
		return !echoTriggerFields[name] && !strings.Contains(name, ".")
	}
	return strings.HasSuffix(path, ".displayName")
}

// echoTriggerFields are the fields that Echo's triggers have.
var echoTriggerFields = fieldSet(`id type enabled parentPipelineId parentPipelineApplication application pipeline correlationId executionId
	project slug source branch events master job propertyFile cronExpression subscriptionName pubsubSystem account organization registry
	repository tag payloadConstraints attributeConstraints status user artifactorySearchName nexusSearchName expectedArtifactIds
	pluginEventType pluginId description provider version releaseDate requires parsedRequires binaryUrl sha512sum preferred artifactName
	buildNumber hash buildInfo properties parameters payload runAsUser secret digest action rebake dryRun notifications artifacts eventId
	lastSuccessfulExecution link linkText`)

func fieldSet(names string) map[string]bool {
	out := map[string]bool{}
	for name := range strings.FieldsSeq(names) {
		out[name] = true
	}
	return out
}

// shownStart is a start in the form in which starts were recorded.
func shownStart(s trigger.Start) map[string]any {
	return map[string]any{
		"pipeline": s.Config["id"], "name": s.Config["name"], "application": s.Config["application"], "user": s.User,
		"trigger": s.Config["trigger"], "receivedArtifacts": s.Config["receivedArtifacts"], "expectedArtifacts": s.Config["expectedArtifacts"],
	}
}

// onlyCompared leaves out of a recorded start what isn't compared: headers, and what
// else the pipeline carried.
func onlyCompared(item any) any {
	start, ok := item.(map[string]any)
	if !ok {
		return item
	}
	return model.Without(start, "headers", "other", "attempts")
}

// compareStatus compares an answer. Where Echo fails, a refusal is as good, or success
// if it does better.
func compareStatus(want Response, d done) []string {
	status := want.Status
	if status == http.StatusInternalServerError {
		return nil
	}
	if d.status != status {
		return []string{fmt.Sprintf("the status is %d, want %d", d.status, status)}
	}
	if status != http.StatusOK {
		return nil
	}
	var body any
	if json.Unmarshal(want.Body, &body) != nil || body == nil {
		return nil
	}
	return recorded.Differences("body", body, recorded.JSON(d.body), recorded.Options{Any: placeholder})
}

// compareAck compares whether a message was acknowledged.
func compareAck(want Response, d done) []string {
	acked := want.Other["acknowledged"]
	if list, ok := acked.([]any); ok {
		acked = len(list) > 0 && list[0] == "ack"
	}
	if acked != d.acked {
		return []string{fmt.Sprintf("acknowledged is %v, want %v", d.acked, acked)}
	}
	return nil
}
