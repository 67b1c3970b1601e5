package main

import (
	"strings"
	"testing"
)

// generated is go-app's html_gen.go in small.
const generated = `package app

type HTMLA interface{ Class(v string) HTMLA }

func A() HTMLA {
	e := &htmlA{
		htmlElement: htmlElement{
			tag:           "a",
			isSelfClosing: false,
		},
	}

	return e
}

type htmlA struct {
	htmlElement
}

func (e *htmlA) Class(v string) HTMLA {
	e.setAttr("class", v)
	return e
}

func (e *htmlA) Href(v string) HTMLA {
	e.setAttr("href", v)
	return e
}

type HTMLB interface{ Class(v string) HTMLB }

func B() HTMLB {
	e := &htmlB{
		htmlElement: htmlElement{
			tag:           "b",
			isSelfClosing: false,
		},
	}

	return e
}

func (e *htmlB) Class(v string) HTMLB {
	e.setAttr("class", v)
	return e
}

type HTMLBr interface{}

func Br() HTMLBr {
	e := &htmlBr{
		htmlElement: htmlElement{
			tag:           "br",
			isSelfClosing: true,
		},
	}

	return e
}

type htmlHtml struct {
	htmlElement
}

func (e *htmlHtml) Class(v string) HTMLHtml {
	return e.own(v)
}
`

func TestOneElement(t *testing.T) {
	out, err := oneElement([]byte(generated))
	if err != nil {
		t.Fatal(err)
	}
	got := string(out)
	for _, line := range []string{
		"type HTMLA = *htmlElem\n", "type HTMLB = *htmlElem\n", "type HTMLBr = *htmlElemSelfClosing\n",
		"return newElem(\"a\")", "return newElem(\"b\")", "return newElemSelfClosing(\"br\")",
		"func (e *htmlElem) Class(v string) *htmlElem {", "func (e *htmlElem) Href(v string) *htmlElem {",
		"type htmlHtml struct {", "return e.own(v)",
	} {
		if strings.Count(got, line) != 1 {
			t.Errorf("want %q once in\n%s", line, got)
		}
	}

	for name, change := range map[string][2]string{
		"a method that differs":             {"func (e *htmlB) Class(v string) HTMLB {\n", "func (e *htmlB) Class(v string) HTMLB {\n\tv += \" b\"\n"},
		"an element that is more than that": {"tag:           \"b\",", "tag:           \"b\",\n\t\t\txmlns: \"svg\","},
		"an element that nothing makes":     {"func B() HTMLB", "func B() HTMLC"},
		"no Go":                             {"package app", "package"},
	} {
		t.Run(name+" is refused", func(t *testing.T) {
			if _, err := oneElement([]byte(strings.Replace(generated, change[0], change[1], 1))); err == nil {
				t.Error("no error")
			}
		})
	}
}
