package ui

import (
	"strconv"
	"strings"

	"github.com/maxence-charriere/go-app/v10/pkg/app"
)

// QR returns a QR code: a row of modules a string, 1 for dark, with the quiet
// zone. Label says what it is. It is dark on light in both themes: not all
// cameras read it the other way round.
func QR(rows []string, label string) app.UI {
	if len(rows) == 0 {
		return nil
	}
	size := strconv.Itoa(len(rows))
	return svg("svg").
		Class("qr").
		Attr("viewBox", "0 0 "+strconv.Itoa(len(rows[0]))+" "+size).
		Attr("shape-rendering", "crispEdges").
		Role("img").
		Aria("label", label).
		Body(svg("path").Attr("d", qrPath(rows)))
}

// qrPath draws each run of dark modules as a rectangle.
func qrPath(rows []string) string {
	var path strings.Builder
	for y, row := range rows {
		for x := 0; x < len(row); {
			run := len(row[x:]) - len(strings.TrimLeft(row[x:], "1"))
			if run == 0 {
				x++
				continue
			}
			width := strconv.Itoa(run)
			path.WriteString("M" + strconv.Itoa(x) + " " + strconv.Itoa(y) + "h" + width + "v1h-" + width + "z")
			x += run
		}
	}
	return path.String()
}
