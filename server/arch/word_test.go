package arch

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	bannedWord  = regexp.MustCompile(`(?i)session`)
	allowedWord = regexp.MustCompile(`(?i)login_?session|^ResetSession$`) // the latter is what database/sql asks for
)

// TestWords finds declared names that say "session" alone, which may be a
// login or an appointment: LoginSession and Appointment say which.
func TestWords(t *testing.T) {
	root := mustRoot(t)
	for _, top := range []string{"app", "server", "shared", "web"} {
		err := filepath.WalkDir(filepath.Join(root, top), func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") {
				return err
			}
			files := token.NewFileSet()
			file, err := parser.ParseFile(files, path, nil, parser.SkipObjectResolution)
			if err != nil {
				return err
			}
			for _, name := range declared(file) {
				if bannedWord.MatchString(allowedWord.ReplaceAllString(name.Name, "")) {
					t.Errorf("%s: %s: say LoginSession or Appointment", files.Position(name.Pos()), name.Name)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// declared returns the names of a file's functions, types, fields, constants
// and package-level variables. Names within functions are left alone: there
// the context says what is meant.
func declared(file *ast.File) []*ast.Ident {
	var names []*ast.Ident
	ast.Inspect(file, func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.FuncDecl:
			names = append(names, node.Name)
			return false
		case *ast.TypeSpec:
			names = append(names, node.Name)
		case *ast.ValueSpec:
			names = append(names, node.Names...)
		case *ast.Field:
			names = append(names, node.Names...)
		}
		return true
	})
	return names
}
