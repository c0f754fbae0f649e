package pubsub

import (
	"crypto/md5"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/gennaker/gennaker/internal/model"
)

type object = map[string]any

// amazonFake speaks like SQS, in its JSON protocol, and like SNS, in its query protocol. It
// has one queue and one topic, whose messages go to the queue as they are (raw delivery).
type amazonFake struct {
	*httptest.Server

	mu       sync.Mutex
	messages []*amazonMessage
	handles  int
}

type amazonMessage struct {
	id, body   string
	attributes object
	visible    time.Time
	handle     string
}

func newAmazonFake(t *testing.T) *amazonFake {
	t.Helper()
	f := &amazonFake{}
	f.Server = httptest.NewServer(f)
	t.Cleanup(f.Close)
	return f
}

// ServeHTTP implements [http.Handler].
func (f *amazonFake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if !strings.HasPrefix(r.Header.Get("Authorization"), "AWS4-HMAC-SHA256 ") {
		http.Error(w, "unsigned", http.StatusForbidden)
		return
	}
	_, action, isSQS := strings.Cut(r.Header.Get("X-Amz-Target"), "AmazonSQS.")
	if !isSQS {
		f.publish(w, r)
		return
	}
	var in object
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Type", "application/x-amz-json-1.0")
	f.mu.Lock()
	defer f.mu.Unlock()
	var out any = object{}
	switch action {
	case "GetQueueUrl":
		if in["QueueName"] != "deploys" {
			w.WriteHeader(http.StatusBadRequest)
			out = object{"__type": "com.amazonaws.sqs#QueueDoesNotExist", "message": "The specified queue does not exist."}
			break
		}
		out = object{"QueueUrl": f.URL + "/123456789012/deploys"}
	case "ReceiveMessage":
		out = f.receive(in)
	case "DeleteMessage":
		for i, m := range f.messages {
			if m.handle == in["ReceiptHandle"] {
				f.messages = append(f.messages[:i], f.messages[i+1:]...)
				break
			}
		}
	case "ChangeMessageVisibility":
		for _, m := range f.messages {
			if m.handle == in["ReceiptHandle"] {
				seconds, _ := in["VisibilityTimeout"].(float64)
				m.visible = time.Now().Add(time.Duration(seconds) * time.Second)
			}
		}
	}
	_ = json.NewEncoder(w).Encode(out)
}

// receive gives visible messages; with none, it waits for a moment as SQS does for longer.
func (f *amazonFake) receive(in object) object {
	for deadline := time.Now().Add(300 * time.Millisecond); time.Now().Before(deadline); {
		for _, m := range f.messages {
			if m.visible.After(time.Now()) {
				continue
			}
			f.handles++
			m.handle = "handle-" + strconv.Itoa(f.handles)
			seconds, _ := in["VisibilityTimeout"].(float64)
			m.visible = time.Now().Add(time.Duration(seconds) * time.Second)
			sum := md5.Sum([]byte(m.body))
			return object{"Messages": []any{object{
				"MessageId": m.id, "Body": m.body, "ReceiptHandle": m.handle, "MessageAttributes": m.attributes,
				"MD5OfBody": hex.EncodeToString(sum[:]), "Attributes": object{"SentTimestamp": strconv.FormatInt(time.Now().UnixMilli(), 10)},
			}}}
		}
		f.mu.Unlock()
		<-time.After(5 * time.Millisecond)
		f.mu.Lock()
	}
	return object{}
}

func (f *amazonFake) publish(w http.ResponseWriter, r *http.Request) {
	if err := r.ParseForm(); err != nil || r.PostForm.Get("Action") != "Publish" || r.PostForm.Get("TopicArn") != "arn:aws:sns:eu-west-1:123456789012:deploys" {
		http.Error(w, "what is it", http.StatusBadRequest)
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	attributes := object{}
	for i := 1; r.PostForm.Has(fmt.Sprintf("MessageAttributes.entry.%d.Name", i)); i++ {
		entry := fmt.Sprintf("MessageAttributes.entry.%d.", i)
		attributes[r.PostForm.Get(entry+"Name")] = object{"DataType": "String", "StringValue": r.PostForm.Get(entry + "Value.StringValue")}
	}
	id := model.NewID(time.Now())
	f.messages = append(f.messages, &amazonMessage{id: id, body: r.PostForm.Get("Message"), attributes: attributes})
	w.Header().Set("Content-Type", "text/xml")
	fmt.Fprintf(w, `<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult><MessageId>%s</MessageId></PublishResult></PublishResponse>`, id)
}

func TestAmazon(t *testing.T) {
	t.Setenv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "amazon-hidden")
	fake := newAmazonFake(t)
	config := AmazonConfig{
		Enabled: true, Endpoint: fake.URL,
		Subscriptions: []AmazonSubscription{{Reading: Reading{Name: "in"}, QueueARN: "arn:aws:sqs:eu-west-1:123456789012:deploys", VisibilityTimeout: 60}},
		Publishers:    []AmazonPublisher{{Writing: Writing{Name: "out"}, TopicARN: "arn:aws:sns:eu-west-1:123456789012:deploys"}},
	}
	suite(t, system{namesMessages: true, timesMessages: true, config: Config{Enabled: true, Amazon: config}})

	config.Subscriptions[0].QueueARN += "-other"
	_, err := Config{Enabled: true, Amazon: config}.Sources()[0].Open(t.Context(), noSecrets())
	require.ErrorContains(t, err, "arn:aws:sqs:eu-west-1:123456789012:deploys-other")
	require.ErrorContains(t, err, "does not exist")
}
