// Package search hears of what is published in JFrog Artifactory and Nexus Repository, and
// makes events of it, by which pipelines with triggers of the types artifactory and nexus
// start. What counts is a search of the configuration, as in Igor, which asks Artifactory
// every minute; here both send webhooks.
package search

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/registry/notification"
	"github.com/gennaker/gennaker/internal/secret"
	"github.com/gennaker/gennaker/internal/trigger"
	"github.com/gennaker/gennaker/internal/trigger/eventlog"
)

// The kinds of packages that Artifactory's repositories have.
const (
	maven = "maven"
	helm  = "helm"
)

// Events receives events; an [eventlog.Log] does.
type Events interface {
	Receive(ctx context.Context, e *trigger.Event) (eventlog.Received, error)
}

// Options are what a Service is made of. Events is required.
type Options struct {
	Artifactory Artifactory
	Nexus       Nexus
	Events      Events
	// Secrets looks up the searches' secrets; nil knows environment variables and files.
	Secrets *secret.Resolver
}

// Service hears of packages. It is safe for concurrent use.
type Service struct{ o Options }

// New returns a service.
func New(o Options) *Service { return &Service{o} }

// Configured lists the trigger types for which there is a search.
func (s *Service) Configured() []string {
	var out []string
	if s.o.Artifactory.Enabled && len(s.o.Artifactory.Searches) > 0 {
		out = append(out, "artifactory")
	}
	if s.o.Nexus.Enabled && len(s.o.Nexus.Searches) > 0 {
		out = append(out, "nexus")
	}
	return out
}

// Names lists the searches of a trigger type.
func (s *Service) Names(kind string) []string {
	var out []string
	switch {
	case kind == "artifactory" && s.o.Artifactory.Enabled:
		for _, one := range s.o.Artifactory.Searches {
			out = append(out, one.Name)
		}
	case kind == "nexus" && s.o.Nexus.Enabled:
		for _, one := range s.o.Nexus.Searches {
			out = append(out, one.Name)
		}
	}
	return out
}

// Hear takes a webhook for a search of a trigger type, and gives the id of the event that
// it is; "" if it tells of nothing that the search is about. The webhook must prove to know
// the search's secret: nobody is asked whether it is true.
func (s *Service) Hear(ctx context.Context, kind, name string, r notification.Request) (string, error) {
	var (
		ref  secret.Ref
		read func(notification.Package) (artifact map[string]any, ok bool)
	)
	switch kind {
	case "artifactory":
		for _, one := range s.o.Artifactory.Searches {
			if one.Name == name && s.o.Artifactory.Enabled {
				ref, read = one.WebhookSecret, one.artifact
			}
		}
	case "nexus":
		for _, one := range s.o.Nexus.Searches {
			if one.Name == name && s.o.Nexus.Enabled {
				ref, read = one.WebhookSecret, one.artifact
			}
		}
	}
	if read == nil {
		return "", fault.New(fault.NotFound, "there is no search %s: use the name of one under %s.searches in the configuration", fault.Short(name), kind)
	}
	value, err := s.o.Secrets.Resolve(ctx, ref)
	switch {
	case err != nil:
		return "", fault.New(fault.Unavailable, "read the webhookSecret of the search %s: %w", name, err)
	case value.Reveal() == "":
		return "", fault.New(fault.Forbidden, "the search %s takes no webhooks: an administrator must set %s.searches[].webhookSecret", name, kind)
	case !notification.Proves(r, value.Reveal()):
		return "", fault.New(fault.Forbidden, "the webhook doesn't contain the secret of the search %s (webhookSecret), and isn't signed with it", name)
	}
	found, ok, err := notification.ReadPackage(r)
	if err != nil || !ok {
		return "", err
	}
	artifact, ok := read(found)
	if !ok {
		return "", nil
	}
	sum := sha256.Sum256(r.Body) // the same when it is sent again
	received, err := s.o.Events.Receive(ctx, &trigger.Event{
		Type: kind, Source: name, Content: map[string]any{"name": name, "artifact": artifact},
		Key: kind + "/" + name + "/" + model.String(artifact, "reference") + "/" + hex.EncodeToString(sum[:16]),
	})
	return received.EventID, err
}

// artifact is what a package is to pipelines, if the search is about it.
func (c ArtifactorySearch) artifact(p notification.Package) (map[string]any, bool) {
	if p.System != notification.JFrog || c.Repo != "" && c.Repo != p.Repository {
		return nil, false
	}
	location := ""
	if c.BaseURL != "" {
		location = strings.TrimSuffix(c.BaseURL, "/") + "/" + p.Repository + "/" + p.Path
	}
	if c.RepoType == helm {
		name, version, ok := chartOf(p.Path)
		if !ok {
			return nil, false
		}
		return made("helm/chart", name, version, name+"-"+version, p.Repository, location), true
	}
	group, name, version, ok := pomOf(p.Path)
	if !ok || c.GroupID != "" && group != c.GroupID && !strings.HasPrefix(group, c.GroupID+".") {
		return nil, false
	}
	return made("maven/file", group+":"+name, version, group+":"+name+":"+version, p.Repository, location), true
}

// artifact does so for Nexus.
func (c NexusSearch) artifact(p notification.Package) (map[string]any, bool) {
	if p.System != notification.Nexus || c.Repo != "" && c.Repo != p.Repository || c.NodeID != "" && c.NodeID != p.Node {
		return nil, false
	}
	group, name, version, ok := pomOf(p.Path)
	if !ok {
		return nil, false
	}
	location := ""
	if c.BaseURL != "" {
		location = strings.TrimSuffix(c.BaseURL, "/") + "/repository/" + p.Repository + "/" + p.Path
	}
	return made("maven/file", group+":"+name, version, group+":"+name+":"+version, p.Repository, location), true
}

func made(kind, name, version, reference, provenance, location string) map[string]any {
	out := map[string]any{"type": kind, "name": name, "version": version, "reference": reference, "provenance": provenance}
	if location != "" {
		out["location"] = location
	}
	return out
}

// pomOf reads the path of a POM file: group/with/slashes/artifact/version/file.pom.
func pomOf(path string) (group, name, version string, ok bool) {
	parts := strings.Split(strings.Trim(path, "/"), "/")
	n := len(parts)
	if n < 4 || !strings.HasSuffix(parts[n-1], ".pom") {
		return "", "", "", false
	}
	return strings.Join(parts[:n-3], "."), parts[n-3], parts[n-2], true
}

// chartOf reads the path of a chart's package: NAME-VERSION.tgz, where the version begins
// at the first part that is a number.
func chartOf(path string) (name, version string, ok bool) {
	file := path[strings.LastIndexByte(path, '/')+1:]
	file, ok = strings.CutSuffix(file, ".tgz")
	if !ok {
		return "", "", false
	}
	for at := 0; ; {
		next := strings.IndexByte(file[at:], '-')
		if next < 0 || at+next+1 >= len(file) {
			return "", "", false
		}
		at += next + 1
		if first := file[at]; first >= '0' && first <= '9' && strings.Contains(file[at:], ".") {
			return file[:at-1], file[at:], at > 1
		}
	}
}
