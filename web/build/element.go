package main

import (
	"errors"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"regexp"
	"strings"
)

// go-app has a type of its own for each HTML element, with the same hundred
// methods each, generated: what the browser program uses of them is compiled
// sixty times over. oneElement rewrites them to two types, of elements with and
// without content, by whose names the others go too. What a program calls stays
// the same, except that a mistake such as the address of a paragraph compiles:
// go vet, which sees go-app as it is, finds it.

// The types that all elements become, defined in slim.txt. They have the names of
// go-app's own for elements of any name: it tells two of them apart by theirs.
const (
	withContent    = "htmlElem"
	withoutContent = "htmlElemSelfClosing"
)

// ownTypes are elements that stay as they are: go-app itself tells the document
// from others by its type, and the text of a textarea is its value.
var ownTypes = map[string]bool{"htmlHtml": true, "htmlTextarea": true}

var (
	elementName = regexp.MustCompile(`\btag:\s+("[a-z0-9]+"|tag),`)
	isEmpty     = regexp.MustCompile(`\bisSelfClosing:\s+true,`)
	fields      = regexp.MustCompile(`\w+:\s`)
)

// oneElement rewrites go-app's html_gen.go. It fails where methods of the same
// name differ between elements.
func oneElement(source []byte) ([]byte, error) {
	fset := token.NewFileSet()
	file, err := parser.ParseFile(fset, "html_gen.go", source, parser.SkipObjectResolution)
	if err != nil {
		return nil, err
	}
	text := func(n ast.Node) string {
		return string(source[fset.Position(n.Pos()).Offset:fset.Position(n.End()).Offset])
	}

	var out strings.Builder
	out.WriteString("package app\n\nimport \"strings\"\n\n")
	become := make(map[string]string) // by the type of an element
	for _, declaration := range file.Decls {
		maker, ok := declaration.(*ast.FuncDecl)
		if !ok || maker.Recv != nil {
			continue
		}
		exported := text(maker.Type.Results.List[0].Type)
		name := "html" + strings.TrimPrefix(exported, "HTML")
		if ownTypes[name] {
			out.WriteString(text(maker) + "\n\n")
			continue
		}
		body := text(maker.Body)
		tag := elementName.FindStringSubmatch(body)
		if set := fields.FindAllString(body, -1); tag == nil || len(set) != 3 { // with that of the struct around
			return nil, fmt.Errorf("%s sets something else than the element's name, and whether it is empty", maker.Name.Name)
		}
		become[name] = withContent
		if isEmpty.MatchString(body) {
			become[name] = withoutContent
		}
		fmt.Fprintf(&out, "type %s = *%s\n\n%s {\nreturn new%s(%s)\n}\n\n", exported, become[name],
			strings.TrimSuffix(text(maker), " "+body), strings.TrimPrefix(become[name], "html"), tag[1])
	}
	methods := make(map[string]string) // by type and name
	for _, declaration := range file.Decls {
		switch d := declaration.(type) {
		case *ast.GenDecl:
			if d.Tok == token.TYPE && ownTypes["html"+strings.TrimPrefix(strings.TrimPrefix(typeName(d), "HTML"), "html")] {
				out.WriteString(text(d) + "\n\n")
			}
		case *ast.FuncDecl:
			if d.Recv == nil {
				continue
			}
			name := strings.TrimPrefix(text(d.Recv.List[0].Type), "*")
			if ownTypes[name] {
				out.WriteString(text(d) + "\n\n")
				continue
			}
			one, known := become[name]
			if !known {
				return nil, fmt.Errorf("nothing makes a %s", name)
			}
			method := regexp.MustCompile(`\b`+name+`\b`).ReplaceAllString(text(d), one)
			method = regexp.MustCompile(`\bHTML`+strings.TrimPrefix(name, "html")+`\b`).ReplaceAllString(method, "*"+one)
			key := one + "." + d.Name.Name
			if before, there := methods[key]; !there {
				out.WriteString(method + "\n\n")
				methods[key] = method
			} else if before != method {
				return nil, fmt.Errorf("%s of %s is not as that of other elements", d.Name.Name, name)
			}
		}
	}
	if len(methods) == 0 {
		return nil, errors.New("it holds no elements")
	}
	return format.Source([]byte(out.String()))
}

func typeName(d *ast.GenDecl) string { return d.Specs[0].(*ast.TypeSpec).Name.Name }
