package pubsub

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/arn"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	snstypes "github.com/aws/aws-sdk-go-v2/service/sns/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// withoutARN says what is wrong with an ARN; "" if nothing is.
func withoutARN(key, text string) string {
	if _, err := arn.Parse(text); err != nil {
		return key + ", such as arn:aws:sqs:eu-west-1:123456789012:name"
	}
	return ""
}

// settings are Amazon's for the region of an ARN.
func (c AmazonConfig) settings(ctx context.Context, name string) (aws.Config, arn.ARN, error) {
	at, err := arn.Parse(name)
	if err != nil {
		return aws.Config{}, at, fmt.Errorf("read the ARN %s: %w", name, err)
	}
	settings, err := config.LoadDefaultConfig(ctx, config.WithRegion(at.Region))
	if err != nil {
		return settings, at, fmt.Errorf("find Amazon's credentials: %w", err)
	}
	if c.Endpoint != "" {
		settings.BaseEndpoint = aws.String(c.Endpoint)
	}
	return settings, at, nil
}

type amazonSource struct {
	client     *sqs.Client
	queue      string // its URL
	arn        string
	wait       int32
	visibility int32
}

// longestWait is how long SQS lets a request wait for messages, in seconds, and mostAtOnce
// how many it gives at a time.
const (
	longestWait = 20
	mostAtOnce  = 10
)

func (c AmazonConfig) subscribe(ctx context.Context, s AmazonSubscription, _ Secrets) (Source, error) {
	settings, at, err := c.settings(ctx, s.QueueARN)
	if err != nil {
		return nil, err
	}
	client := sqs.NewFromConfig(settings)
	found, err := client.GetQueueUrl(ctx, &sqs.GetQueueUrlInput{QueueName: aws.String(at.Resource), QueueOwnerAWSAccountId: aws.String(at.AccountID)})
	if err != nil {
		return nil, fmt.Errorf("find the queue %s: %w", s.QueueARN, err)
	}
	out := &amazonSource{client: client, queue: aws.ToString(found.QueueUrl), arn: s.QueueARN, wait: longestWait, visibility: 30}
	if s.WaitTimeSeconds > 0 {
		out.wait = int32(min(s.WaitTimeSeconds, longestWait))
	}
	if s.VisibilityTimeout > 0 {
		out.visibility = int32(min(s.VisibilityTimeout, 43200))
	}
	return out, nil
}

// Poll implements [Source].
func (s *amazonSource) Poll(ctx context.Context) ([]Delivery, error) {
	waiting, cancel := context.WithTimeout(ctx, time.Duration(s.wait)*time.Second+connectTime)
	defer cancel()
	answer, err := s.client.ReceiveMessage(waiting, &sqs.ReceiveMessageInput{
		QueueUrl: aws.String(s.queue), MaxNumberOfMessages: mostAtOnce, WaitTimeSeconds: s.wait, VisibilityTimeout: s.visibility,
		MessageAttributeNames:       []string{"All"},
		MessageSystemAttributeNames: []sqstypes.MessageSystemAttributeName{sqstypes.MessageSystemAttributeNameSentTimestamp},
	})
	if err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, fmt.Errorf("receive messages of %s: %w", s.arn, err)
	}
	out := make([]Delivery, 0, len(answer.Messages))
	for _, m := range answer.Messages {
		out = append(out, s.delivery(m))
	}
	return out, nil
}

func (s *amazonSource) delivery(m sqstypes.Message) Delivery {
	attributes := make(map[string]string, len(m.MessageAttributes))
	for name, value := range m.MessageAttributes {
		if value.StringValue != nil {
			attributes[name] = *value.StringValue
		}
	}
	d := Delivery{
		Message: Message{ID: aws.ToString(m.MessageId), Attributes: attributes, Body: []byte(aws.ToString(m.Body))},
		Ack: func(ctx context.Context) error {
			_, err := s.client.DeleteMessage(ctx, &sqs.DeleteMessageInput{QueueUrl: aws.String(s.queue), ReceiptHandle: m.ReceiptHandle})
			return err
		},
		Return: func(ctx context.Context) error {
			_, err := s.client.ChangeMessageVisibility(ctx, &sqs.ChangeMessageVisibilityInput{QueueUrl: aws.String(s.queue), ReceiptHandle: m.ReceiptHandle})
			return err
		},
	}
	if ms, err := strconv.ParseInt(m.Attributes[string(sqstypes.MessageSystemAttributeNameSentTimestamp)], 10, 64); err == nil {
		d.Published = time.UnixMilli(ms)
	}
	return d
}

// Close implements [Source].
func (s *amazonSource) Close(context.Context) error { return nil }

type amazonPublisher struct {
	client *sns.Client
	topic  string
}

func (c AmazonConfig) publish(ctx context.Context, p AmazonPublisher, _ Secrets) (Publisher, error) {
	settings, _, err := c.settings(ctx, p.TopicARN)
	if err != nil {
		return nil, err
	}
	return &amazonPublisher{sns.NewFromConfig(settings), p.TopicARN}, nil
}

// Publish implements [Publisher].
func (p *amazonPublisher) Publish(ctx context.Context, m Message) error {
	in := &sns.PublishInput{TopicArn: aws.String(p.topic), Message: aws.String(string(m.Body)), MessageAttributes: map[string]snstypes.MessageAttributeValue{}}
	for name, value := range m.Attributes {
		if value != "" { // SNS refuses empty ones
			in.MessageAttributes[name] = snstypes.MessageAttributeValue{DataType: aws.String("String"), StringValue: aws.String(value)}
		}
	}
	if strings.HasSuffix(p.topic, ".fifo") {
		in.MessageGroupId, in.MessageDeduplicationId = aws.String("gennaker"), aws.String(m.ID)
	}
	if _, err := p.client.Publish(ctx, in); err != nil {
		return fmt.Errorf("publish to %s: %w", p.topic, err)
	}
	return nil
}

// Close implements [Publisher].
func (p *amazonPublisher) Close(context.Context) error { return nil }
