package eventlog

import "github.com/gennaker/gennaker/internal/store"

var (
	insertEvent = store.NewStatement(`
		INSERT INTO events (id, type, source, dedup_key, digest, received_at, looked, replay_of, body, summary)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (dedup_key) DO NOTHING`, "")
	repeatEvent    = store.NewStatement(`UPDATE events SET deliveries = deliveries + 1 WHERE dedup_key = ? RETURNING id`, "")
	findKey        = store.NewStatement(`SELECT id, digest, received_at FROM events WHERE dedup_key = ?`, "")
	countStarted   = store.NewStatement(`UPDATE events SET started = ? WHERE id = ?`, "")
	insertDecision = store.NewStatement(`
		INSERT INTO event_decisions (event_id, n, pipeline_id, application, outcome, execution_id, body) VALUES (?, ?, ?, ?, ?, ?, ?)`, "")
	readEvent = store.NewStatement(`
		SELECT id, type, source, received_at, deliveries, looked, started, replay_of, summary, body FROM events WHERE id = ?`, "")
	readDecisions = store.NewStatement(`
		SELECT event_id, outcome, execution_id, body FROM event_decisions WHERE event_id = ? ORDER BY n`, "")
	deleteEvents = store.NewStatement(`
		DELETE FROM events WHERE id IN (SELECT id FROM events WHERE received_at < ? LIMIT ?)`, "")

	listeningTo = store.NewStatement(`
		SELECT p.body FROM trigger_keys k JOIN pipelines p ON p.id = k.pipeline_id WHERE k.key = ? ORDER BY p.application, p.name LIMIT ?`, "")
	readPipeline = store.NewStatement(`SELECT body FROM pipelines WHERE id = ?`, "")
	isListenedTo = store.NewStatement(`SELECT 1 FROM trigger_keys WHERE key = ? LIMIT 1`, "")
	keysWith     = store.NewStatement(`SELECT DISTINCT key FROM trigger_keys WHERE substr(key, 1, length(?)) = ? LIMIT ?`, `
		SELECT DISTINCT key FROM trigger_keys WHERE substr(key, 1, length(CAST(? AS TEXT))) = ? LIMIT ?`)
	forgetKeys = store.NewStatement(`DELETE FROM trigger_keys WHERE pipeline_id = ?`, "")
	keysAfter  = store.NewStatement(`SELECT DISTINCT key FROM trigger_keys WHERE key >= ? AND key < ? ORDER BY key LIMIT ?`, `
		SELECT DISTINCT key COLLATE "C" AS key FROM trigger_keys WHERE key COLLATE "C" >= ? AND key COLLATE "C" < ? ORDER BY 1 LIMIT ?`)
	keysBefore = store.NewStatement(`SELECT DISTINCT key FROM trigger_keys WHERE key >= ? AND key < ? ORDER BY key DESC LIMIT ?`, `
		SELECT DISTINCT key COLLATE "C" AS key FROM trigger_keys WHERE key COLLATE "C" >= ? AND key COLLATE "C" < ? ORDER BY 1 DESC LIMIT ?`)
	addKey = store.NewStatement(`INSERT INTO trigger_keys (key, pipeline_id) VALUES (?, ?) ON CONFLICT DO NOTHING`, "")

	noteStart = store.NewStatement(`
		INSERT INTO trigger_starts (pipeline_id, trigger_key, event_id, execution_id, started_at) VALUES (?, ?, ?, ?, ?)
		ON CONFLICT (pipeline_id, trigger_key) DO UPDATE SET
			event_id = excluded.event_id, execution_id = excluded.execution_id, started_at = excluded.started_at`, "")
	forgetStarts = store.NewStatement(`DELETE FROM trigger_starts WHERE pipeline_id = ?`, "")
)
