package orca

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
)

// Target answers as the webhook target did that the recorded runs called.
func Target() http.Handler {
	var (
		mu    sync.Mutex
		jobs  int
		polls = map[string]int{}
		mux   = http.NewServeMux()
	)
	answer := func(w http.ResponseWriter, status int, body string) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body) //nolint:gosec // tests read it, no browser
	}
	mux.HandleFunc("/ok", func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		answer(w, 200, fmt.Sprintf(`{"hello":"world","n":[1,2,3],"echo":%q}`, body))
	})
	mux.HandleFunc("/text", func(w http.ResponseWriter, _ *http.Request) { answer(w, 200, `"plain"`) })
	mux.HandleFunc("/bad", func(w http.ResponseWriter, _ *http.Request) { answer(w, 400, `{"error":"bad input"}`) })
	mux.HandleFunc("/err", func(w http.ResponseWriter, _ *http.Request) { answer(w, 500, `{"error":"boom"}`) })
	mux.HandleFunc("POST /job", func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		jobs++
		k := jobs
		mu.Unlock()
		url := fmt.Sprintf("http://%s/status/%d", r.Host, k)
		w.Header().Set("Location", url)
		answer(w, 201, fmt.Sprintf(`{"statusUrl":%q,"id":"%d"}`, url, k))
	})
	mux.HandleFunc("/status/{k}", func(w http.ResponseWriter, r *http.Request) {
		k := r.PathValue("k")
		mu.Lock()
		polls[k]++
		n := polls[k]
		mu.Unlock()
		status := "RUNNING"
		if n > 2 {
			status = "SUCCEEDED"
			if strings.HasPrefix(k, "f") {
				status = "FAILED"
			}
		}
		answer(w, 200, fmt.Sprintf(`{"status":%q,"progress":"%d%%","result":{"k":%q}}`, status, 33*n, k))
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { answer(w, 404, `{"error":"nf"}`) })
	return mux
}
