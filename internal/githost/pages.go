package githost

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// mostPages bounds lists of hosts whose pages never end.
const mostPages = 20

// pager reads one page of a list: the items on it, and where the next page is, "" if this is
// the last. at is where the page was.
type pager func(at string, header http.Header, body json.RawMessage) (items json.RawMessage, next string, err error)

// all reads the pages of a list until it has enough.
func all[T any](ctx context.Context, c *caller, read pager, about, at string, take func(T) (enough bool)) error {
	for pages := 0; at != "" && pages < mostPages; pages++ {
		var body json.RawMessage
		header, err := c.ask(ctx, about, http.MethodGet, at, nil, &body)
		if err != nil {
			return err
		}
		raw, next, err := read(at, header, body)
		if err != nil {
			return c.notGit(about)
		}
		var items []T
		if err := json.Unmarshal(raw, &items); err != nil {
			return c.notGit(about)
		}
		if slices.ContainsFunc(items, take) {
			return nil
		}
		at = next
	}
	return nil
}

// linked are pages that are lists, with the next one in the header Link.
func linked(_ string, header http.Header, body json.RawMessage) (items json.RawMessage, next string, err error) {
	for _, line := range header.Values("Link") {
		for part := range strings.SplitSeq(line, ",") {
			at, attributes, _ := strings.Cut(part, ";")
			if strings.Contains(attributes, `rel="next"`) {
				return body, strings.Trim(strings.TrimSpace(at), "<>"), nil
			}
		}
	}
	return body, "", nil
}

// valued are Bitbucket's pages, which hold their items beside what comes next: in the cloud
// the next page's URL, in a data center the number of its first item.
func valued(at string, _ http.Header, body json.RawMessage) (items json.RawMessage, next string, err error) {
	var page struct {
		Values json.RawMessage `json:"values"`
		Next   string          `json:"next"`
		Last   bool            `json:"isLastPage"`
		Start  int             `json:"nextPageStart"`
	}
	if err := json.Unmarshal(body, &page); err != nil {
		return nil, "", fmt.Errorf("read a page: %w", err)
	}
	if page.Start == 0 || page.Last {
		return page.Values, page.Next, nil
	}
	u, err := url.Parse(at)
	if err != nil {
		return nil, "", fmt.Errorf("find the next page: %w", err)
	}
	query := u.Query()
	query.Set("start", strconv.Itoa(page.Start))
	u.RawQuery = query.Encode()
	return page.Values, u.String(), nil
}
