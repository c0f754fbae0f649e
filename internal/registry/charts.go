package registry

import (
	"cmp"
	"context"
	"slices"

	"github.com/gennaker/gennaker/internal/artifact"
)

// lookAtIndex compares the index of a chart repository with what is known of it. One that
// hasn't changed isn't sent again by the server.
func (c *round) lookAtIndex(ctx context.Context, w *watched, one *repository) error {
	charts, validator, unchanged, err := c.src.Charts(ctx, one.validator)
	if err != nil {
		return theirs(err)
	}
	if unchanged {
		return nil
	}
	// In an order that is always the same.
	slices.SortFunc(charts, func(a, b artifact.Chart) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), cmp.Compare(a.Version, b.Version))
	})
	known, err := c.s.tags(ctx, one)
	if err != nil {
		return err
	}
	if !one.filled {
		added := make([]tag, 0, len(charts))
		for _, chart := range charts {
			if known[chartTag(chart.Name, chart.Version)] == nil {
				added = append(added, tag{name: chartTag(chart.Name, chart.Version), digest: chart.Digest})
			}
		}
		if err := c.s.fill(ctx, one, added); err != nil {
			return err
		}
		one.filled, one.validator = true, validator
		return c.s.save(ctx, one)
	}
	names := make([]string, len(charts))
	for i, chart := range charts {
		names[i] = chartTag(chart.Name, chart.Version)
	}
	if err := c.missing(ctx, one, names, known); err != nil {
		return err
	}
	for len(charts) > 0 {
		batch := charts[:min(perBatch, len(charts))]
		charts = charts[len(batch):]
		if err := c.compare(ctx, w, one, batch, known); err != nil {
			return err
		}
	}
	// Only now: what couldn't be made an event of must be seen again.
	one.validator = validator
	return nil
}

// compare makes events of charts that are new or have changed, and notes them.
func (c *round) compare(ctx context.Context, w *watched, one *repository, charts []artifact.Chart, known map[string]*tag) error {
	var noted []*tag
	for _, chart := range charts {
		name := chartTag(chart.Name, chart.Version)
		t := known[name]
		if t != nil && t.digest == chart.Digest {
			continue
		}
		isNew := t == nil
		if isNew {
			t = &tag{name: name}
			known[name] = t
		}
		if (isNew || t.digest != "") && (len(w.charts) == 0 || slices.Contains(w.charts, chart.Name)) {
			if err := c.announce(ctx, w, "helm", t, chart.Digest); err != nil {
				return err
			}
		}
		t.digest, t.checkedAt = chart.Digest, c.s.o.Now().UnixMilli()
		t.changes++
		noted = append(noted, t)
	}
	return c.s.saveTags(ctx, one, noted)
}
