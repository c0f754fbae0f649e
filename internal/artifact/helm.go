package artifact

import (
	"context"
	"errors"
	"net/url"
	"slices"
	"strings"

	"github.com/Masterminds/semver/v3"

	"github.com/gennaker/gennaker/internal/fault"
	"github.com/gennaker/gennaker/internal/httpguard"
	"github.com/gennaker/gennaker/internal/limit"
	"github.com/gennaker/gennaker/internal/model"
	"github.com/gennaker/gennaker/internal/yamldoc"
)

// helmRepository fetches helm/chart and helm/index from a chart repository:
// the name is the chart, the version one of its versions, a range of them, or
// empty for the latest.
type helmRepository struct {
	identity
	*web
	base string // the repository's URL, with a slash at its end
	announced
}

func (b *builder) helm(config HelmAccount) (account, error) {
	if strings.HasPrefix(config.Repository, "oci://") {
		return b.helmOCI(config)
	}
	guard, err := b.guard("helm", config.Name, config.URLRestrictions)
	if err != nil {
		return nil, err
	}
	base, err := url.Parse(config.Repository)
	if err != nil {
		return nil, fault.New(fault.Invalid, "the repository of the artifact account %s is no URL", config.Name)
	}
	return &helmRepository{
		identity: identity{config.Name, []string{"helm/chart", "helm/index"}},
		base:     strings.TrimSuffix(config.Repository, "/") + "/",
		web:      b.newWeb(guard, base.Host, basicHeaders(config.BasicAuth, b.options.Secrets)),

		announced: announced{config.WebhookSecret, b.options.Secrets},
	}, nil
}

// helmIndex is what we read of a repository's index.yaml.
type helmIndex struct {
	Entries map[string][]helmEntry `yaml:"entries"`
}

type helmEntry struct {
	Version string   `yaml:"version"`
	Digest  string   `yaml:"digest"`
	URLs    []string `yaml:"urls"`
}

func (a *helmRepository) fetch(ctx context.Context, artifact model.Artifact) ([]byte, error) {
	if artifact.Type == "helm/index" {
		return a.web.get(ctx, a.base+"index.yaml", nil, true)
	}
	if artifact.Name == "" {
		return nil, fault.New(fault.Invalid, "the artifact has no name; set the chart's name")
	}
	entries, err := a.entries(ctx, artifact.Name)
	if err != nil {
		return nil, err
	}
	version, err := pickVersion(artifact.Name, artifact.Version, versionsOf(entries))
	if err != nil {
		return nil, err
	}
	err = fault.New(fault.NotFound, "the index names no URL for version %s of the chart %s", version, artifact.Name)
	for _, entry := range entries {
		if entry.Version != version {
			continue
		}
		for _, at := range entry.URLs {
			var chart []byte
			if chart, err = a.chart(ctx, at); err == nil {
				return chart, nil
			}
		}
	}
	return nil, err
}

// chart fetches a chart's package; its URL may be relative to the repository.
func (a *helmRepository) chart(ctx context.Context, at string) ([]byte, error) {
	base, err := url.Parse(a.base)
	if err != nil {
		return nil, err
	}
	full, err := base.Parse(at)
	if err != nil {
		return nil, fault.New(fault.Invalid, "the index names a URL that can't be read")
	}
	// As Helm does, other hosts don't get the repository's credentials.
	return a.web.get(ctx, full.String(), nil, httpguard.SameOrigin(base, full))
}

func (a *helmRepository) index(ctx context.Context) (*helmIndex, error) {
	index, _, _, err := a.indexSince(ctx, "")
	return index, err
}

// indexSince reads the index, unless it is unchanged since an answer with a validator.
func (a *helmRepository) indexSince(ctx context.Context, validator string) (index *helmIndex, next string, unchanged bool, err error) {
	text, header, err := a.web.ask(ctx, a.base+"index.yaml", asHeader(validator), true)
	if err != nil {
		return nil, "", false, fault.New(kindOf(err), "get index.yaml of the repository %s: %w", a.base, unURL(err))
	}
	if text == nil {
		return nil, validator, true, nil
	}
	index, err = a.readIndex(text)
	return index, validatorOf(header), false, err
}

func (a *helmRepository) readIndex(text []byte) (*helmIndex, error) {
	checked, err := yamldoc.Check(text, limit.Index)
	if err != nil {
		return nil, fault.New(fault.KindOf(err), "the index.yaml of the repository %s can't be read: %w", a.base, err)
	}
	var index helmIndex
	if err := checked.Fill(&index); err != nil {
		return nil, fault.New(fault.Invalid, "the repository %s has no index.yaml that can be read", a.base)
	}
	return &index, nil
}

func (a *helmRepository) entries(ctx context.Context, chart string) ([]helmEntry, error) {
	index, err := a.index(ctx)
	if err != nil {
		return nil, err
	}
	entries := index.Entries[chart]
	if len(entries) == 0 {
		return nil, fault.New(fault.NotFound, "the repository %s has no chart %s", a.base, chart)
	}
	return entries, nil
}

func (a *helmRepository) names(ctx context.Context) ([]string, error) {
	index, err := a.index(ctx)
	if err != nil {
		return nil, err
	}
	out := make([]string, 0, len(index.Entries))
	for name := range index.Entries {
		out = append(out, name)
	}
	slices.Sort(out)
	return out, nil
}

func (a *helmRepository) versions(ctx context.Context, name string) ([]string, error) {
	entries, err := a.entries(ctx, name)
	if err != nil {
		return nil, err
	}
	return versionsOf(entries), nil
}

func versionsOf(entries []helmEntry) []string {
	out := make([]string, len(entries))
	for i, entry := range entries {
		out[i] = entry.Version
	}
	return out
}

// pickVersion chooses among a chart's versions: the wanted one; where none is
// wanted the latest, as in Clouddriver; else the latest in the wanted range.
func pickVersion(chart, wanted string, versions []string) (string, error) {
	wanted = strings.TrimSpace(wanted)
	if slices.Contains(versions, wanted) {
		return wanted, nil
	}
	var constraint *semver.Constraints
	if wanted != "" {
		var err error
		if constraint, err = semver.NewConstraint(wanted); err != nil || isExact(wanted) {
			return "", noChartVersion(chart, wanted)
		}
	}
	var (
		best   *semver.Version
		chosen string
	)
	for _, text := range versions {
		version, err := semver.NewVersion(text)
		if err != nil || constraint != nil && !constraint.Check(version) {
			continue
		}
		if best == nil || version.GreaterThan(best) {
			best, chosen = version, text
		}
	}
	if best == nil {
		return "", noChartVersion(chart, wanted)
	}
	return chosen, nil
}

// isExact tells whether a constraint is a whole version, and no range.
func isExact(text string) bool {
	_, err := semver.StrictNewVersion(text)
	return err == nil
}

func noChartVersion(chart, version string) error {
	if version == "" {
		return fault.New(fault.NotFound, "the chart %s has no versions", chart)
	}
	return fault.New(fault.NotFound, "the chart %s has no version %s; check the version", chart, version)
}

// kindOf is the kind of fault that an error will be wrapped into.
func kindOf(err error) fault.Kind {
	if errors.As(err, new(*fault.Error)) {
		return fault.KindOf(err)
	}
	return fault.KindOf(subject{}.wrap(err))
}
