// Package fetch reads texts from URLs that users have named.
package fetch

import (
	"context"
	"fmt"
	"io"
	"net/http"
)

// Limit bounds what is read of one text.
const Limit = 8 << 20

// Texts reads texts with a client, which decides where it may go.
type Texts struct{ Client *http.Client }

// Fetch gives the body of a successful GET.
func (t Texts) Fetch(ctx context.Context, url string) (string, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return "", fmt.Errorf("read %s: %w", url, err)
	}
	response, err := t.Client.Do(request)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	if response.StatusCode < 200 || response.StatusCode > 299 {
		return "", fmt.Errorf("%s answered %s", url, response.Status)
	}
	body, err := io.ReadAll(io.LimitReader(response.Body, Limit+1))
	if err != nil {
		return "", fmt.Errorf("read %s: %w", url, err)
	}
	if len(body) > Limit {
		return "", fmt.Errorf("%s holds more than %d bytes", url, Limit)
	}
	return string(body), nil
}
