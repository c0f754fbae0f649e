package webhook

import (
	"strings"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/trigger"
)

// readCloudEvent makes an event of a CDEvent that comes as a CloudEvent, in the binary
// mode (attributes in headers) or the structured one. Echo reads the data from the header
// Ce-Data alone; that is read here too, if it is there.
func readCloudEvent(r Request) ([]*trigger.Event, error) {
	attributes := map[string]string{}
	for name := range r.Header {
		attributes[strings.ToLower(name)] = r.Header.Get(name)
	}
	data, err := cloudEventData(r, attributes)
	if err != nil {
		return nil, err
	}
	for _, name := range []string{"id", "source", "type", "specversion"} {
		if attributes["ce-"+name] == "" {
			return nil, fault.New(fault.Invalid, "this is no CloudEvent: the attribute %s is missing (the header ce-%s, or the field %s of a body of type application/cloudevents+json)", name, name, name)
		}
	}
	for _, name := range []string{"context", "subject"} {
		if len(model.Object(data, name)) == 0 {
			return nil, fault.New(fault.Invalid, "this is no CDEvent: %s is missing or empty", name)
		}
	}
	custom := model.Object(data, "customData")
	if data["customData"] == nil {
		return nil, fault.New(fault.Invalid, "the CDEvent has no customData: add at least an empty object")
	}
	delete(attributes, "ce-data")
	for _, secret := range []string{"authorization", "cookie", "x-hub-signature", "x-hub-signature-256", "x-gitlab-token"} {
		delete(attributes, secret)
	}
	return []*trigger.Event{{
		Type: "cdevents", Source: r.Source, Attributes: attributes, Payload: data, Content: data,
		Artifacts: model.List(custom, "artifacts"), Proof: proof(r),
		Key: "cdevents/" + r.Source + "/" + attributes["ce-source"] + "/" + attributes["ce-id"],
	}}, nil
}

func cloudEventData(r Request, attributes map[string]string) (map[string]any, error) {
	if text := r.Header.Get("Ce-Data"); text != "" {
		return decode([]byte(text))
	}
	body, err := object(r)
	if err != nil {
		return nil, err
	}
	// Some senders don't set the content type of the structured mode.
	kind, _, _ := strings.Cut(r.Header.Get("Content-Type"), ";")
	structured := strings.EqualFold(strings.TrimSpace(kind), "application/cloudevents+json") || (body["specversion"] != nil && attributes["ce-id"] == "")
	if !structured {
		return body, nil
	}
	for name, value := range body {
		if text, ok := value.(string); ok {
			attributes["ce-"+strings.ToLower(name)] = text
		}
	}
	return model.Object(body, "data"), nil
}
