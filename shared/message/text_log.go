//go:build !js

package message

import "log/slog"

// LogValue returns a placeholder, never the text. It is left out of the
// browser program, which does not log and would otherwise carry log/slog.
func (Text) LogValue() slog.Value { return slog.StringValue(redacted) }
