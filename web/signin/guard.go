package signin

import (
	"net/http"

	"tonfall/web/ui"
)

// Guard wraps all that is served, the other rooms included, in the door's
// care: headers, the log, panics, forms from other sites.
func (s *Site) Guard(next http.Handler) http.Handler { return s.door.Guard(next, ui.ForPrograms) }
