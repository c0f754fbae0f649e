package notification

import (
	"strings"

	"github.com/gennaker/gennaker/internal/model"
)

// amazon reads the events that EventBridge has of Amazon ECR.
func amazon(body map[string]any) ([]Push, bool) {
	if model.String(body, "source") != "aws.ecr" {
		return nil, false
	}
	detail := model.Object(body, "detail")
	if model.String(detail, "action-type") != "PUSH" || model.String(detail, "result") != "SUCCESS" {
		return nil, true
	}
	return []Push{{
		Repositories: names(model.String(detail, "repository-name")), Tag: model.String(detail, "image-tag"), Digest: model.String(detail, "image-digest"),
	}}, true
}

// google reads the messages of Google's Container Registry and Artifact Registry, which
// name the image whole: HOST/PROJECT/REPOSITORY/IMAGE:TAG.
func google(body map[string]any) ([]Push, bool) {
	action := model.String(body, "action")
	tagged, exact := model.String(body, "tag"), model.String(body, "digest")
	if action != "INSERT" && action != "DELETE" || tagged == "" && exact == "" {
		return nil, false
	}
	if action == "DELETE" {
		return nil, true
	}
	repository, tag, _ := split(tagged)
	_, _, digest := split(exact)
	return []Push{{Repositories: withoutHost(repository), Tag: tag, Digest: digest}}, true
}

// ConfirmURL is what to open so that Amazon SNS sends notifications at all, if the
// request asks for that; "" if not. It is one of SNS's own servers.
func ConfirmURL(r Request) string {
	body, err := object(r.Body)
	if err != nil || model.String(body, "Type") != "SubscriptionConfirmation" {
		return ""
	}
	at := model.String(body, "SubscribeURL")
	host, ok := strings.CutPrefix(at, "https://")
	if !ok {
		return ""
	}
	host, _, _ = strings.Cut(host, "/")
	if !strings.HasPrefix(host, "sns.") || !strings.HasSuffix(host, ".amazonaws.com") && !strings.HasSuffix(host, ".amazonaws.com.cn") || strings.ContainsAny(host, "@:?#\\") {
		return ""
	}
	return at
}
