package httpapi

import (
	"encoding/json"

	"github.com/danielgtaylor/huma/v2"

	"pleiades/shared/wire"
)

// jsonFormat is how bodies are read and written. Reading is stricter than the
// standard decoder, which silently replaces what is not Unicode.
func jsonFormat() huma.Format {
	return huma.Format{Marshal: huma.DefaultJSONFormat.Marshal, Unmarshal: unmarshalJSON}
}

func unmarshalJSON(data []byte, v any) error {
	if err := wire.CheckJSON(data); err != nil {
		return err
	}
	return json.Unmarshal(data, v)
}
