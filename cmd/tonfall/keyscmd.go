package main

import (
	"context"
	"net/http"
)

type keysCmd struct {
	Rotate keysRotate `cmd:"" help:"Make new sealing and signing keys; old ones are kept for reading."`
}

type keysRotate struct{ where }

func (c keysRotate) Run(ctx context.Context, s streams) error {
	return c.ask(ctx, s, "/keys/rotate", "new keys are in use; make a new copy of the key file")
}

func (h *house) rotateKeys(w http.ResponseWriter, _ *http.Request) error {
	if err := h.keys.RotateFile(h.config.Keys); err != nil {
		return err
	}
	return answer(w, struct{}{})
}
