// Package qr draws QR codes as the app shows them. It must not know what they
// say.
package qr

import (
	"fmt"

	"github.com/boombuler/barcode/qr"
)

// quietZone is how many light modules are around a code (ISO/IEC 18004, section
// 5.3.8).
const quietZone = 4

// Draw draws a text as rows of modules, a string each, 1 for dark, with the
// quiet zone. It is an error if the text is too long: from about 2,300 bytes.
func Draw(text string) ([]string, error) {
	code, err := qr.Encode(text, qr.M, qr.Auto)
	if err != nil {
		return nil, fmt.Errorf("draw QR code: %w", err)
	}
	size := code.Bounds().Dx()
	rows := make([]string, size+2*quietZone)
	for y := range rows {
		row := make([]byte, len(rows))
		for x := range row {
			row[x] = '0'
			inX, inY := x-quietZone, y-quietZone
			if inX < 0 || inY < 0 || inX >= size || inY >= size {
				continue
			}
			if light, _, _, _ := code.At(inX, inY).RGBA(); light == 0 {
				row[x] = '1'
			}
		}
		rows[y] = string(row)
	}
	return rows, nil
}
