package guidance

import "testing"

func TestReadModel(t *testing.T) {
	t.Run("words in a row have weights of their own", func(t *testing.T) {
		m, err := readModel("bias\td-10 i-5\nwant\t1\n to\n  die\t40 i8\n$\t3\n", dangerCodes)
		if err != nil {
			t.Fatal(err)
		}
		cells, _ := fold("I want to die. I want to.")
		a := analyze("I want to die. I want to.", cells, rulesFor(english), Context{})
		most, _ := a.weights(m).mostDangerous()
		if most.danger != -10+1+40+3 || most.imminent != -5+8 || most.from != 0 || int(most.to) != len(a.tokens) {
			t.Errorf("got %+v", most)
		}
	})
	for name, table := range map[string]string{
		"no sums":                       "want\t1\n",
		"a letter of no code":           "bias\td1\nwant\tx1\n",
		"a weight that is no number":    "bias\td1\nwant\tone\n",
		"a weight out of range":         "bias\td1\nwant\t128\n",
		"words under none":              "bias\td1\n to\t1\n",
		"words two levels further":      "bias\td1\nwant\t1\n  die\t1\n",
		"more words than are looked at": "bias\td1\ni\n want\n  to\n   die\t1\n",
		"an empty line":                 "bias\td1\n\nwant\t1\n",
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := readModel(table, dangerCodes); err == nil {
				t.Error("got no error")
			}
		})
	}
}
