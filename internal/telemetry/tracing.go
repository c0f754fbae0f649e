package telemetry

import (
	"context"
	"fmt"
	"log/slog"
	"strings"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracegrpc"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/sdk/resource"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"

	"github.com/gennaker/gennaker/internal/version"
)

// TracingOptions say where traces are sent, and which.
type TracingOptions struct {
	// Endpoint is the URL of an OTLP collector. Where it is empty, the standard
	// OTEL_ environment variables decide; where these are unset, nothing is
	// traced.
	Endpoint string
	// Protocol is "http/protobuf" or "grpc"; empty leaves it to the OTEL_
	// variables, and to HTTP without them.
	Protocol string
	// Headers are sent to the collector with every request.
	Headers map[string]string
	// SampleRatio is the share of executions that is traced, 0 to 1.
	SampleRatio float64
	// Getenv reads the environment.
	Getenv func(string) string
	Log    *slog.Logger
}

// NewExecutionTracer connects to the collector, and returns nil, which traces
// nothing, where none is named.
func NewExecutionTracer(ctx context.Context, o TracingOptions) (*ExecutionTracer, error) {
	if o.Endpoint == "" &&
		firstSet(o.Getenv, "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT") == "" ||
		strings.EqualFold(o.Getenv("OTEL_SDK_DISABLED"), "true") {
		return nil, nil
	}
	client, err := o.client()
	if err != nil {
		return nil, err
	}
	exporter, err := otlptrace.New(ctx, client)
	if err != nil {
		return nil, fmt.Errorf("set up the export of traces: %w", err)
	}
	// The library tells of failed exports by a global handler only.
	otel.SetErrorHandler(otel.ErrorHandlerFunc(func(err error) {
		o.Log.Warn("traces could not be sent", "error", err)
	}))
	return newExecutionTracer(sdktrace.NewBatchSpanProcessor(exporter, sdktrace.WithMaxQueueSize(maxQueuedSpans)), o.SampleRatio), nil
}

// maxQueuedSpans is room for an execution of a thousand stages, with their
// tasks, while the collector is slow. More is dropped rather than waited for.
const maxQueuedSpans = 16384

func (o TracingOptions) client() (otlptrace.Client, error) {
	protocol := o.Protocol
	if protocol == "" {
		protocol = firstSet(o.Getenv, "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL", "OTEL_EXPORTER_OTLP_PROTOCOL")
	}
	switch protocol {
	case "", "http/protobuf":
		var options []otlptracehttp.Option
		if o.Endpoint != "" {
			options = append(options, otlptracehttp.WithEndpointURL(tracesPath(o.Endpoint)))
		}
		if len(o.Headers) > 0 {
			options = append(options, otlptracehttp.WithHeaders(o.Headers))
		}
		return otlptracehttp.NewClient(options...), nil
	case "grpc":
		var options []otlptracegrpc.Option
		if o.Endpoint != "" {
			options = append(options, otlptracegrpc.WithEndpointURL(o.Endpoint))
		}
		if len(o.Headers) > 0 {
			options = append(options, otlptracegrpc.WithHeaders(o.Headers))
		}
		return otlptracegrpc.NewClient(options...), nil
	}
	return nil, fmt.Errorf("set up the export of traces: there is no protocol %q, only http/protobuf and grpc", protocol)
}

// tracesPath adds to a collector's base URL where traces go, as the OTLP
// specification has it for endpoints of all signals.
func tracesPath(endpoint string) string {
	if strings.HasSuffix(endpoint, "/v1/traces") {
		return endpoint
	}
	return strings.TrimSuffix(endpoint, "/") + "/v1/traces"
}

func firstSet(getenv func(string) string, names ...string) string {
	for _, name := range names {
		if value := getenv(name); value != "" {
			return value
		}
	}
	return ""
}

func newExecutionTracer(processor sdktrace.SpanProcessor, ratio float64) *ExecutionTracer {
	provider := sdktrace.NewTracerProvider(
		sdktrace.WithSpanProcessor(processor),
		sdktrace.WithSampler(sdktrace.TraceIDRatioBased(ratio)),
		sdktrace.WithIDGenerator(recordedIDs{}),
		sdktrace.WithResource(resource.NewSchemaless(
			attribute.String("service.name", "gennaker"),
			attribute.String("service.version", version.Get().Version),
		)),
	)
	return &ExecutionTracer{provider: provider, tracer: provider.Tracer("github.com/gennaker/gennaker")}
}
