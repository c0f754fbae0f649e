package trigger

import (
	"cmp"
	"strings"

	"github.com/gennaker/gennaker/internal/model"
)

// webhookKind are triggers of any request to /webhooks/webhook/{source}.
type webhookKind struct{}

// Types implements [Kind].
func (webhookKind) Types() []string { return []string{"webhook"} }

// Events implements [Kind].
func (webhookKind) Events() []string { return []string{"webhook"} }

// Listens implements [Kind].
func (webhookKind) Listens(t model.Trigger) string { return key("webhook", model.String(t, "source")) }

// Announces implements [Kind].
func (webhookKind) Announces(e *Event) []string { return one(key("webhook", e.Source)) }

// Checks implements [Kind].
func (webhookKind) Checks(e *Event, t model.Trigger, _ Options) []Check {
	out := []Check{equal("source", t, e.Source)}
	out = append(out, constraints("payloadConstraints", model.Object(t, "payloadConstraints"), e.Content, true)...)
	out = append(out, forms(e.Content)...)
	if model.String(t, "secret") != "" {
		out = append(out, proved(e, t, ""))
	}
	return out
}

// forms checks what a payload gives to the execution.
func forms(payload map[string]any) (out []Check) {
	if value := payload["parameters"]; value != nil {
		if _, ok := value.(map[string]any); !ok {
			out = append(out, Check{What: "parameters", Want: "an object", Got: cut(javaText(value)), Problem: "parameters in the payload must be an object"})
		}
	}
	if value := payload["artifacts"]; value != nil && len(model.Objects(payload, "artifacts")) != len(model.List(payload, "artifacts")) {
		out = append(out, Check{What: "artifacts", Want: "a list of objects", Got: cut(javaText(value)), Problem: "artifacts in the payload must be a list of objects"})
	} else if value != nil && model.List(payload, "artifacts") == nil {
		out = append(out, Check{What: "artifacts", Want: "a list of objects", Got: cut(javaText(value)), Problem: "artifacts in the payload must be a list of objects"})
	}
	return out
}

// Fill implements [Kind]. As in Echo, parameters of the payload replace the trigger's
// own, also if there are none.
func (webhookKind) Fill(e *Event, _ model.Trigger) map[string]any {
	return map[string]any{"payload": orNil(e.Payload), "parameters": orNil(model.Object(e.Content, "parameters"))}
}

// orNil keeps a missing object from becoming an empty one.
func orNil(m map[string]any) any {
	if m == nil {
		return nil
	}
	return m
}

// cdeventsKind are triggers of CloudEvents with CDEvents in them.
type cdeventsKind struct{}

// Types implements [Kind].
func (cdeventsKind) Types() []string { return []string{"cdevents"} }

// Events implements [Kind].
func (cdeventsKind) Events() []string { return []string{"cdevents"} }

// Listens implements [Kind].
func (cdeventsKind) Listens(t model.Trigger) string {
	return key("cdevents", model.String(t, "source"))
}

// Announces implements [Kind].
func (cdeventsKind) Announces(e *Event) []string { return one(key("cdevents", e.Source)) }

// Checks implements [Kind].
func (cdeventsKind) Checks(e *Event, t model.Trigger, _ Options) []Check {
	out := []Check{equal("source", t, e.Source)}
	out = append(out, exactly("attributeConstraints", model.Object(t, "attributeConstraints"), e.Attributes)...)
	return append(out, constraints("payloadConstraints", model.Object(t, "payloadConstraints"), e.Payload, true)...)
}

// Fill implements [Kind].
func (cdeventsKind) Fill(e *Event, _ model.Trigger) map[string]any {
	custom := model.Object(e.Payload, "customData")
	return map[string]any{"payload": orNil(e.Payload), "parameters": orNil(model.Object(custom, "parameters"))}
}

// pubsubKind are triggers of messages of a subscription.
type pubsubKind struct{}

// Types implements [Kind].
func (pubsubKind) Types() []string { return []string{"pubsub"} }

// Events implements [Kind].
func (pubsubKind) Events() []string { return []string{"pubsub"} }

// Listens implements [Kind].
func (pubsubKind) Listens(t model.Trigger) string {
	return pubsubKey(model.String(t, "pubsubSystem"), model.String(t, "subscriptionName"))
}

// Announces implements [Kind].
func (pubsubKind) Announces(e *Event) []string {
	return one(pubsubKey(model.String(e.Content, "pubsubSystem"), model.String(e.Content, "subscription")))
}

func pubsubKey(system, subscription string) string {
	return key("pubsub", strings.ToLower(system), strings.ToLower(subscription))
}

// Checks implements [Kind].
func (pubsubKind) Checks(e *Event, t model.Trigger, _ Options) []Check {
	out := []Check{
		equalFold("pubsubSystem", t, model.String(e.Content, "pubsubSystem")),
		equalFold("subscriptionName", t, model.String(e.Content, "subscription")),
	}
	if e.Payload == nil {
		problem := cmp.Or(model.String(e.Content, "problem"), "the message isn't a JSON object")
		out = append(out, Check{What: "payload", Want: "a JSON object", Problem: problem})
	}
	attributes := make(map[string]any, len(e.Attributes))
	for name, value := range e.Attributes {
		attributes[name] = value
	}
	out = append(out, constraints("attributeConstraints", model.Object(t, "attributeConstraints"), attributes, false)...)
	return append(out, constraints("payloadConstraints", model.Object(t, "payloadConstraints"), e.Payload, false)...)
}

// Fill implements [Kind].
func (pubsubKind) Fill(e *Event, _ model.Trigger) map[string]any {
	parameters := model.Object(e.Payload, "parameters")
	if parameters == nil {
		parameters = map[string]any{}
	}
	out := map[string]any{
		"payload": orNil(e.Payload), "parameters": parameters,
		"subscriptionName": e.Content["subscription"], "pubsubSystem": strings.ToLower(model.String(e.Content, "pubsubSystem")),
	}
	if text := model.String(e.Payload, "linkText"); text != "" {
		out["link"], out["linkText"] = e.Payload["link"], text
	}
	return out
}
