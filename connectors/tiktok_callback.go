package connectors

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"

	"tonfall/profile"
)

// tiktokTolerance is how old a webhook may be: TikTok repeats one for 72 hours
// (https://developers.tiktok.com/doc/webhooks-overview).
const tiktokTolerance = 72 * time.Hour

// Deauthorized reads TikTok's webhook authorization.removed. The header
// TikTok-Signature holds t=time,s=signature, the HMAC-SHA256 of "time.body"
// keyed with the client secret, in hex
// (https://developers.tiktok.com/doc/webhooks-verification,
// https://developers.tiktok.com/doc/webhooks-events).
func (t *tiktok) Deauthorized(h http.Header, body []byte) (string, error) {
	forged := profile.Errorf(profile.Unauthorized, "the signature of this call is not TikTok's")
	var stamp, signature string
	for part := range strings.SplitSeq(h.Get("TikTok-Signature"), ",") {
		switch name, value, _ := strings.Cut(strings.TrimSpace(part), "="); name {
		case "t":
			stamp = value
		case "s":
			signature = value
		}
	}
	seconds, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil || t.Secret == "" {
		return "", forged
	}
	given, err := hex.DecodeString(signature)
	if err != nil {
		return "", forged
	}
	mac := hmac.New(sha256.New, []byte(t.Secret))
	mac.Write([]byte(stamp + "."))
	mac.Write(body)
	if !hmac.Equal(given, mac.Sum(nil)) {
		return "", forged
	}
	if age := t.Now().Sub(time.Unix(seconds, 0)); age > tiktokTolerance || age < -time.Hour {
		return "", profile.Errorf(profile.Unauthorized, "this call of TikTok is too old")
	}
	var said struct {
		Key   string `json:"client_key"`
		Event string `json:"event"`
		User  string `json:"user_openid"`
	}
	if json.Unmarshal(body, &said) != nil || said.Key != t.ID {
		return "", profile.Errorf(profile.Invalid, "this is not a call of TikTok for this shop")
	}
	if said.Event != "authorization.removed" {
		return "", nil
	}
	return said.User, nil
}
