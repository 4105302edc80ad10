package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

func sortedBySure(p []outcome) []outcome {
	s := slices.Clone(p)
	slices.SortStableFunc(s, func(a, b outcome) int {
		switch {
		case a.sure > b.sure:
			return -1
		case a.sure < b.sure:
			return 1
		}
		return 0
	})
	return s
}

// draw writes the pictures of the cross-validation: a reliability diagram, the
// curve of coverage against accuracy and a confusion matrix by language.
func (f *folds) draw(dir string) error {
	for name, picture := range map[string]string{
		"engine-reliability.svg": f.reliabilityPicture(),
		"engine-coverage.svg":    f.coveragePicture(),
		"engine-confusion.svg":   f.confusionPicture(),
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(picture), 0o644); err != nil {
			return fmt.Errorf("write a picture: %w", err)
		}
	}
	return nil
}

const svgStyle = `<style>text{font:12px system-ui,sans-serif;fill:#223}.t{font-size:15px;font-weight:600}.s{font-size:10px}.g{stroke:#ccd;fill:none}.l{stroke:#0b6;stroke-width:2;fill:none}.d{stroke:#889;stroke-dasharray:4 4;fill:none}</style>`

func svg(width, height int, title string, body string) string {
	return fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img" aria-label="%s">%s<rect width="100%%" height="100%%" fill="#fff"/><text class="t" x="20" y="24">%s</text>%s</svg>`+"\n",
		width, height, width, height, title, svgStyle, title, body)
}

// axes of a square from 0 to 1 with its origin at (50, 350) and 300 long.
func axes(b *strings.Builder, x, y string) {
	for i := range 6 {
		v := float64(i) / 5
		fmt.Fprintf(b, `<path class="g" d="M%.0f 50V350M50 %.0fH350"/><text class="s" x="%.0f" y="364" text-anchor="middle">%.1f</text><text class="s" x="44" y="%.0f" text-anchor="end">%.1f</text>`,
			50+300*v, 350-300*v, 50+300*v, v, 354-300*v, v)
	}
	fmt.Fprintf(b, `<text x="200" y="385" text-anchor="middle">%s</text><text transform="translate(16 200) rotate(-90)" text-anchor="middle">%s</text>`, x, y)
}

func (f *folds) reliabilityPicture() string {
	var b strings.Builder
	axes(&b, "how sure the engine is", "how often it is right")
	b.WriteString(`<path class="d" d="M50 350L350 50"/>`)
	p := f.probabilities(-1)
	var line strings.Builder
	for _, k := range reliability(p, 15) {
		if k.n < 20 {
			continue
		}
		x, y := 50+300*k.sure/float64(k.n), 350-300*k.right/float64(k.n)
		cmd := "L"
		if line.Len() == 0 {
			cmd = "M"
		}
		fmt.Fprintf(&line, "%s%.1f %.1f", cmd, x, y)
		fmt.Fprintf(&b, `<circle cx="%.1f" cy="%.1f" r="%.1f" fill="#0b6" fill-opacity=".5"><title>%d texts</title></circle>`, x, y, 2+8*float64(k.n)/float64(len(p))*5, k.n)
	}
	fmt.Fprintf(&b, `<path class="l" d="%s"/>`, line.String())
	return svg(380, 400, "Reliability of the sentiment (UMSAB, cross-validated)", b.String())
}

func (f *folds) coveragePicture() string {
	var b strings.Builder
	axes(&b, "share of texts that are read", "accuracy")
	sorted := sortedBySure(f.probabilities(-1))
	right := 0
	var line strings.Builder
	for i, o := range sorted {
		if o.right {
			right++
		}
		if n := i + 1; n >= len(sorted)/50 && n%(len(sorted)/100+1) == 0 {
			cmd := "L"
			if line.Len() == 0 {
				cmd = "M"
			}
			fmt.Fprintf(&line, "%s%.1f %.1f", cmd, 50+300*float64(n)/float64(len(sorted)), 350-300*float64(right)/float64(n))
		}
	}
	fmt.Fprintf(&b, `<path class="l" d="%s"/>`, line.String())
	return svg(380, 400, "What abstaining buys (UMSAB, cross-validated)", b.String())
}

func (f *folds) confusionPicture() string {
	var b strings.Builder
	at := 0
	for l, code := range languages {
		p := f.probabilities(l)
		if len(p) == 0 {
			continue
		}
		var n [3][3]int
		var sum [3]int
		for _, o := range p {
			n[o.gold][o.pred]++
			sum[o.gold]++
		}
		x, y := 70+at%4*175, 70+at/4*190
		at++
		fmt.Fprintf(&b, `<text x="%d" y="%d" text-anchor="middle">%s</text>`, x+66, y-22, code)
		for i := range 3 {
			fmt.Fprintf(&b, `<text class="s" x="%d" y="%d" text-anchor="end">%s</text><text class="s" x="%d" y="%d" text-anchor="middle">%s</text>`,
				x-4, y+26+44*i, polarity[i][:3], x+22+44*i, y-6, polarity[i][:3])
			for j := range 3 {
				v := float64(n[i][j]) / float64(max(sum[i], 1))
				fmt.Fprintf(&b, `<rect x="%d" y="%d" width="43" height="43" fill="#0b6" fill-opacity="%.2f"/><text x="%d" y="%d" text-anchor="middle">%.0f</text>`,
					x+44*j, y+44*i, v, x+22+44*j, y+27+44*i, 100*v)
			}
		}
	}
	return svg(740, 440, "Confusion by language: rows true, columns read, % of the true (UMSAB, cross-validated)", b.String())
}
