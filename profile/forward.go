package profile

import (
	"regexp"
	"strings"
)

// longestMark is how long a line may be, in bytes, to still introduce a
// quotation; longer ones are prose.
const longestMark = 300

// wrote is how mail programs introduce the message that is answered, and moment
// the year or time of day without which it is somebody's own sentence.
var (
	wrote  = regexp.MustCompile(`^(On .*\bwrote|Am .*\bschrieb\b.*|.*\bhat am .*\bgeschrieben|Le .* a écrit|El .* escribió|Il .* ha scritto) ?:$`)
	moment = regexp.MustCompile(`\b(19|20)\d\d\b|\d[:.]\d\d\b`)
)

// attribution reports whether a line introduces an original message.
func attribution(line string) bool {
	line = strings.TrimSpace(line)
	return len(line) <= longestMark && strings.HasSuffix(line, ":") && wrote.MatchString(line) && moment.MatchString(line)
}

// wrapped reports whether an attribution stands on two lines.
func wrapped(last, line string) bool {
	return last != "" && len(last)+len(line) <= longestMark && attribution(last+" "+line)
}

// forward reports whether a line separates the author's words from another
// message or from the signature.
func forward(line string) bool {
	if len(line) > longestMark {
		return false
	}
	if line == "--" { // RFC 3676 section 4.3
		return true
	}
	switch strings.ToLower(line) {
	case "begin forwarded message:", "anfang der weitergeleiteten nachricht:":
		return true
	}
	if !strings.HasPrefix(line, "--") {
		return false
	}
	switch strings.ToLower(strings.Trim(line, "- ")) {
	case "original message", "original-nachricht", "originalnachricht", "ursprüngliche nachricht",
		"forwarded message", "weitergeleitete nachricht":
		return true
	}
	return false
}

// header reports whether two lines begin the header of a message: From or Von,
// and below it another of its fields.
func header(last, line string) bool {
	return field(last, "from", "von") && field(line, "sent", "date", "to", "subject", "gesendet", "datum", "an", "betreff")
}

func field(line string, names ...string) bool {
	if len(line) > longestMark {
		return false
	}
	name, _, found := strings.Cut(line, ":")
	if !found {
		return false
	}
	name = strings.Trim(name, "* ")
	for _, n := range names {
		if strings.EqualFold(name, n) {
			return true
		}
	}
	return false
}

// appSignature reports whether a line was written by a telephone.
func appSignature(line string) bool {
	return len(line) <= 60 && (strings.HasPrefix(line, "Sent from my ") ||
		strings.HasPrefix(line, "Von meinem ") && strings.HasSuffix(line, " gesendet"))
}
